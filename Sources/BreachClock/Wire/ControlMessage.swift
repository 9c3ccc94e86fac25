/// A call of a client, as it stands in its message.
///
/// Source: varlink.org, "Method Call".
struct ControlCall: Equatable, Sendable {
    /// The method's full name, such as `org.breachclock.Control.Report`.
    ///
    /// Source: varlink.org, "Method Call".
    var method: String
    /// The parameters.
    ///
    /// Source: varlink.org, "Method Call".
    var parameters: JSONObject
    /// Whether the client wants no reply.
    ///
    /// Source: varlink.org, "oneway".
    var isOneway: Bool
    /// Whether the client takes more than one reply.
    ///
    /// Source: varlink.org, "more".
    var wantsMore: Bool
    /// The call in that message; nil where none can be made out.
    ///
    /// - Parameter message: The bytes before the NUL.
    ///
    /// Source: varlink.org, "Method Call".
    init?(_ message: [UInt8]) {
        guard let object = try? JSON(parsing: message).object,
            let method = object["method"]?.string
        else { return nil }
        let parameters = object["parameters"] ?? .null
        guard parameters == .null || parameters.object != nil,
            let isOneway = Self.flag(object["oneway"]),
            let wantsMore = Self.flag(object["more"]),
            let upgrade = Self.flag(object["upgrade"]), !upgrade,
            object.members.allSatisfy({ Self.isMember($0.key) })
        else { return nil }
        self.method = method
        self.parameters = parameters.object ?? JSONObject()
        self.isOneway = isOneway
        self.wantsMore = wantsMore
    }

    /// Anybody can send any key: `==` and hashes would take quadratic time for some.
    private static func isMember(_ key: String) -> Bool {
        ["method", "parameters", "oneway", "more", "upgrade"].contains { key.hasSameBytes(as: $0) }
    }

    private static func flag(_ value: JSON?) -> Bool? {
        guard let value, value != .null else { return false }
        return value.bool
    }
}

/// A method's full name in its parts. It is the first thing that is looked at of a call, whoever sent it, and is taken apart
/// and compared by its bytes: what a text's letters are takes quadratic time to tell for some.
///
/// Source: varlink.org, "Method Call"; hostile inputs.
struct MethodName: Equatable, Sendable {
    /// The interface: what is before the last dot, everything where there is none.
    ///
    /// Source: varlink.org, "Interface Names".
    let interface: String
    /// The method within it: what is after the last dot.
    ///
    /// Source: varlink.org, "Method Call".
    let method: String

    /// The parts of that name.
    ///
    /// Source: varlink.org, "Method Call".
    init(_ fullName: String) {
        guard let dot = fullName.utf8.lastIndex(of: UInt8(ascii: ".")) else {
            (interface, method) = (fullName, "")
            return
        }
        interface = String(fullName[..<dot])
        method = String(fullName[fullName.utf8.index(after: dot)...])
    }
}

/// What a call is answered with.
///
/// Source: varlink.org, "Method Reply" and "Error".
enum ControlReply: Equatable, Sendable {
    /// The method's results.
    ///
    /// Source: varlink.org, "Method Reply".
    case result(JSONObject)
    /// An error by its full name, with its parameters.
    ///
    /// Source: varlink.org, "Error".
    case error(name: String, JSONObject)
    /// One result of several: more follow.
    ///
    /// Source: varlink.org, "continues".
    case part(JSONObject)
    /// No result yet: parts follow as there is something to tell.
    ///
    /// Source: contract of `watch`.
    case stream(WatchRequest)

    /// The message, with the NUL that ends it; empty where there is nothing to send yet.
    ///
    /// Source: varlink.org, "Message Encoding".
    var message: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .result(let parameters):
            JSON.object(["parameters": .object(parameters)]).append(compactTo: &bytes)
        case .error(let name, let parameters):
            JSON.object(["error": .string(name), "parameters": .object(parameters)]).append(compactTo: &bytes)
        case .part(let parameters):
            JSON.object(["parameters": .object(parameters), "continues": true]).append(compactTo: &bytes)
        case .stream:
            return []
        }
        return bytes + [0]
    }

    /// What kind of refusal it is; nil where it is none.
    ///
    /// Source: contract of the metrics.
    var refusalKind: RefusalKind? {
        guard case .error(let name, _) = self else { return nil }
        return switch name {
        case ControlInterface.error("NotPermitted"): .notPermitted
        case ControlInterface.error("Refused"): .refused
        case ControlInterface.error("NotFound"): .notFound
        case ControlInterface.error("TryAgain"): .tryAgain
        default: .invalidCall
        }
    }

    /// A refusal as the interface's typed error.
    ///
    /// Source: contract of the control socket.
    init(_ refusal: Refusal) {
        switch refusal {
        case .refused(let field, let reason):
            self = .error(
                name: ControlInterface.error("Refused"),
                ["field": .string(field), "reason": .string(reason)]
            )
        case .notFound(let kind, let id, let nearest):
            self = .error(
                name: ControlInterface.error("NotFound"),
                ["kind": .string(kind), "id": .string(String(id.prefix(80))), "nearest": .text(nearest)]
            )
        }
    }

    /// That something should be tried again later, and why.
    ///
    /// Source: contract of the control socket, `TryAgain`.
    static func tryAgain(_ reason: String) -> ControlReply {
        .error(name: ControlInterface.error("TryAgain"), ["reason": .string(reason)])
    }

    /// That the calling account may not do this.
    ///
    /// Source: contract of the control socket, `NotPermitted`; R30.
    static let notPermitted = ControlReply.error(name: ControlInterface.error("NotPermitted"), JSONObject())

    /// That the method answers more than once, and the client takes one reply alone.
    ///
    /// Source: varlink.org, `org.varlink.service.ExpectedMore`.
    static let expectedMore = ControlReply.error(name: "\(ControlInterface.service).ExpectedMore", JSONObject())

    /// That a parameter is missing, wrong or unknown.
    ///
    /// Source: varlink.org, `org.varlink.service.InvalidParameter`.
    static func invalidParameter(_ name: String) -> ControlReply {
        .error(name: "\(ControlInterface.service).InvalidParameter", ["parameter": .string(name)])
    }
}

/// The interface's names.
///
/// Source: contract of the control socket.
enum ControlInterface {
    /// The interface of this product.
    ///
    /// Source: contract of the control socket.
    static let name = "org.breachclock.Control"
    /// The interface that every varlink service has.
    ///
    /// Source: varlink.org, "Service Interface".
    static let service = "org.varlink.service"

    /// The description of this product's interface, as its file in the tree has it.
    ///
    /// Source: varlink.org, "Interface Definition".
    static let description = String(decoding: PackageResources.org_breachclock_Control_varlink, as: UTF8.self)

    /// The full name of an error of this product's interface.
    ///
    /// Source: varlink.org, "Error".
    static func error(_ name: String) -> String { "\(Self.name).\(name)" }
}

/// The methods that `org.breachclock.Control` has.
///
/// Source: contract of the control socket.
enum ControlMethod: String, CaseIterable, Sendable {
    /// The methods that record.
    ///
    /// Source: contract of the control socket.
    case report = "Report"
    case ack = "Ack"
    case position = "Position"
    case note = "Note"
    case escalate = "Escalate"
    case decide = "Decide"
    case notified = "Notified"
    case correct = "Correct"
    case redact = "Redact"
    case close = "Close"
    case reopen = "Reopen"
    /// The methods that read.
    ///
    /// Source: contract of the control socket.
    case list = "List"
    case show = "Show"
    case timeline = "Timeline"
    case explain = "Explain"
    case plan = "Plan"
    case register = "Register"
    case protocols = "Protocols"
    case status = "Status"
    case watch = "Watch"
    case environment = "Environment"

    /// The method of that full name; nil where this interface has none.
    ///
    /// Source: varlink.org, "Method Call".
    init?(fullName: String) {
        self.init(MethodName(fullName))
    }

    /// The method of that name; nil where this interface has none.
    ///
    /// Source: varlink.org, "Method Call".
    init?(_ name: MethodName) {
        guard name.interface.hasSameBytes(as: ControlInterface.name),
            let method = Self.allCases.first(where: { name.method.hasSameBytes(as: $0.rawValue) })
        else { return nil }
        self = method
    }

    /// The full name.
    ///
    /// Source: varlink.org, "Method Call".
    var fullName: String { "\(ControlInterface.name).\(rawValue)" }

    /// What a caller must be allowed; nil where any right is enough.
    ///
    /// Source: R30.
    var right: Access.Right? {
        switch self {
        case .report, .ack, .position, .note, .notified, .correct, .close, .reopen: .record
        case .decide, .escalate, .redact: .decide
        case .list, .show, .timeline, .explain, .plan, .register, .protocols, .status, .watch: .read
        case .environment: nil
        }
    }

    /// Whether the same call sent again, since its answer was lost, answers as the first did. What reads changes nothing; a
    /// report has its request's id; who said the same before is answered that nothing was recorded again. Every other
    /// call would be recorded twice, or be refused for what it did itself.
    ///
    /// Source: R9; hostile inputs (the same twice).
    var isRepeatable: Bool {
        switch self {
        case .report, .ack, .position, .close, .reopen: true
        case .note, .notified, .correct, .decide, .escalate, .redact: false
        case .list, .show, .timeline, .explain, .plan, .register, .protocols, .status, .watch, .environment: true
        }
    }
}

extension ControlInterface {
    /// The description of the interface that every varlink service has.
    ///
    /// Source: varlink.org, "Service Interface".
    static let serviceDescription = """
        # The Varlink Service Interface is provided by every varlink service. It
        # describes the service and the interfaces it implements.
        interface org.varlink.service

        # Get a list of all the interfaces a service provides and information
        # about the implementation.
        method GetInfo() -> (
          vendor: string,
          product: string,
          version: string,
          url: string,
          interfaces: []string
        )

        # Get the description of an interface that is implemented by this service.
        method GetInterfaceDescription(interface: string) -> (description: string)

        # The requested interface was not found.
        error InterfaceNotFound (interface: string)

        # The requested method was not found
        error MethodNotFound (method: string)

        # The interface defines the requested method, but the service does not
        # implement it.
        error MethodNotImplemented (method: string)

        # One of the passed parameters is invalid.
        error InvalidParameter (parameter: string)

        # The method answers more than once: call it with "more".
        error ExpectedMore ()

        """
}
