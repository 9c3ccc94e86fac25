/// The parameters of a call as a command.
///
/// What is wrong with a parameter's shape is an `InvalidParameter`; what is wrong with what it says is a refusal.
///
/// Source: varlink.org, `org.varlink.service.InvalidParameter`; contract of the control socket.
enum CommandDecoder {
    /// Why parameters make no command.
    ///
    /// Source: varlink.org, `org.varlink.service.InvalidParameter`; contract of the control socket.
    enum Failure: Error, Equatable, Sendable {
        /// The parameter is missing, of the wrong type or unknown.
        ///
        /// Source: varlink.org, `InvalidParameter`.
        case invalidParameter(String)
        /// What it says is refused.
        ///
        /// Source: contract of the control socket, `Refused`.
        case refusal(Refusal)
    }

    /// Reads a time as people enter it, for the parameter of that name; throws a refusal.
    ///
    /// Source: R3.
    typealias TimeReading = (_ text: String, _ field: String) throws(Refusal) -> Instant

    /// The report that the parameters ask for.
    ///
    /// Source: contract of `report`.
    static func report(_ parameters: JSONObject, time: TimeReading) throws(Failure) -> ReportCommand {
        let reader = ParameterReader(parameters)
        let protocolID = try reader.word("protocol")
        let detectedBy = try reader.word("by")
        let detected = try reader.word("detected")
        let aware = try reader.optionalWord("aware")
        let occurred = try reader.optionalWord("occurred")
        let requestID = try reader.optionalWord("requestId")
        let affected = try reader.optionalWords("affected")
        let controllers = try reader.optionalWords("controllers") ?? []
        let risk: Risk = try reader.optionalChoice("risk") ?? .unknown
        let cyber: CyberIncident? = try reader.optionalChoice("cyber")
        let isChannelCompromised = try reader.flag("channelCompromised")
        let individuals = try reader.optionalInteger("individuals")
        let records = try reader.optionalInteger("records")
        var texts: [TextField: String] = [:]
        for field in TextField.allCases {
            texts[field] = field == .summary ? try reader.text("summary") : try reader.optionalText(field.rawValue)
        }
        try reader.refuseUnknown()

        let facts = BreachFacts(
            detectedAt: try instant(detected, "detected", time),
            occurredAt: try optionalInstant(occurred, "occurred", time),
            awareAt: [:],
            risk: risk,
            affected: affected,
            individuals: individuals,
            records: records,
            cyber: cyber,
            isChannelCompromised: isChannelCompromised
        )
        return ReportCommand(
            protocolID: protocolID,
            detectedBy: detectedBy,
            facts: facts,
            awareAt: try optionalInstant(aware, "aware", time),
            controllers: controllers,
            texts: texts,
            request: try requestID.map { id throws(Failure) in
                RecordedRequest(id: try checkedID(id), digest: digest(of: parameters))
            }
        )
    }

    /// The acknowledgement that the parameters ask for.
    ///
    /// Source: contract of `ack`.
    static func acknowledge(_ parameters: JSONObject, time: TimeReading) throws(Failure) -> AcknowledgeCommand {
        let reader = ParameterReader(parameters)
        let breach = try reader.word("breach")
        let partner = try reader.word("partner")
        let at = try reader.optionalWord("at")
        let channel: Channel? = try reader.optionalChoice("via")
        let name = try reader.optionalText("name")
        let personalDataReason = try reader.optionalText("personalDataReason")
        try reader.refuseUnknown()
        return AcknowledgeCommand(
            breach: breach,
            partnerID: partner,
            at: try optionalInstant(at, "at", time),
            channel: channel,
            name: name,
            personalDataReason: personalDataReason
        )
    }

    /// The digest that tells a repeated request from another: of all parameters but the free texts and the id itself, by
    /// name.
    ///
    /// Source: R9, R31.
    static func digest(of parameters: JSONObject) -> String {
        let left = Set(TextField.allCases.map(\.rawValue)).union(["requestId"])
        let members = parameters.members
            .filter { !left.contains($0.key) && $0.value != .null }
            .sorted { $0.key < $1.key }
        let canonical = members.reduce(into: JSONObject()) { $0.append($1.key, $1.value) }
        return SHA256.hexadecimal(of: JSON.object(canonical).compactBytes())
    }

    /// The instant that a parameter's text names.
    ///
    /// Source: R3.
    static func instant(_ text: String, _ field: String, _ time: TimeReading) throws(Failure) -> Instant {
        do throws(Refusal) { return try time(text, field) } catch { throw .refusal(error) }
    }

    /// The instant that a parameter's text names; nil where it was not given.
    ///
    /// Source: R3.
    static func optionalInstant(
        _ text: String?,
        _ field: String,
        _ time: TimeReading
    ) throws(Failure) -> Instant? {
        try text.map { text throws(Failure) in try instant(text, field, time) }
    }

    /// A request's id stands in the chain for ever, so it is made of letters, digits and a few marks, and is no text.
    private static func checkedID(_ id: String) throws(Failure) -> String {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_.:".utf8.contains(byte)
            }
        }
        guard (1...64).contains(id.utf8.count), isPlain else {
            throw .refusal(
                .refused(field: "requestId", reason: "A request id has 1 to 64 letters, digits or marks of -_.: alone.")
            )
        }
        return id
    }
}
