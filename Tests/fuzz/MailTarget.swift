/// A file of the spool, and what is known of the attempts to hand it over: a message as it is written, or none; with a
/// return path that means nothing else on a command line, or without one; attempts that read the same once written.
enum MailTarget: FuzzTarget {
    static let name = "mail"

    static func run(_ bytes: [UInt8]) {
        let halves = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let message = halves.first ?? []
        if let reading = MailReading(message) { check(reading) }
        check(MessageHeader(of: message))
        if let attempts = DeliveryAttempts(bytes: halves.last ?? []) { check(attempts) }
    }

    private static func check(_ reading: MailReading) {
        expect(reading.parts.allSatisfy(\.parts.isEmpty), "a part has parts")
        expect(reading.parts.isEmpty || reading.body.isEmpty, "beside its parts it has a text")
        for field in ["From", "To", "Subject"] {
            _ = reading.phrase(field)
            // One that is no encoded word stands as it is.
            guard let value = reading[field], !value.hasPrefix("=?") else { continue }
            expect(reading.text(field) == value, "\(field) reads differently as text")
        }
    }

    private static func check(_ header: MessageHeader) {
        expect(header.recipients.allSatisfy { !$0.contains(where: \.isWhitespace) }, "a mailbox has a space")
        guard let path = header.returnPath else { return }
        let isPlain = path.utf8.allSatisfy { (0x21..<0x7F).contains($0) } && !path.hasPrefix("-")
        expect(isPlain && path.utf8.count { $0 == UInt8(ascii: "@") } == 1, "\(path) is a return path")
    }

    private static func check(_ attempts: DeliveryAttempts) {
        expect(DeliveryAttempts(bytes: attempts.bytes) == attempts, "written again the attempts are others")
        let next = DeliveryAttempts.begun(after: attempts, at: attempts.lastAt)
        expect(next.isPausing(at: attempts.lastAt), "one that is tried does not pause")
    }
}
