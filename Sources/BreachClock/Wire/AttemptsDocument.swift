/// The attempts to hand a message over, as the file beside it has them and as `spool --json` prints them.
///
/// Source: contract of the spool (`attempts`).
extension DeliveryAttempts {
    /// The members.
    ///
    /// Source: contract of the spool (`attempts`).
    var members: JSONObject {
        [
            "attempts": .integer(count), "lastAt": .instant(lastAt), "nextAt": .instant(nextAt),
            "reason": .string(reason), "taken": .text(taken),
        ]
    }

    /// The file's bytes.
    ///
    /// Source: contract of the spool (`attempts`).
    var bytes: [UInt8] { JSON.object(members).prettyBytes() }

    /// The attempts that those bytes say; nil where they say none: then the message counts as never tried.
    ///
    /// Source: contract of the spool (`attempts`).
    init?(bytes: [UInt8]) {
        guard let object = try? JSON(parsing: bytes).object else { return nil }
        let reader = ObjectReader(object, problems: DocumentProblems())
        let count = reader.integer("attempts", in: 1...1_000_000_000)
        let lastAt = reader.instant("lastAt")
        let nextAt = reader.instant("nextAt", .optional)
        guard let count, let lastAt, let reason = object["reason"]?.string else { return nil }
        self.init(count: count, lastAt: lastAt, nextAt: nextAt, reason: reason, taken: object["taken"]?.string)
    }
}
