/// The bytes of a client make the same messages however they arrive. The first byte says where they are cut in two.
enum ConnectionTarget: FuzzTarget {
    static let name = "connection"

    /// Made once: what one run leaves unread would show in the next.
    private static let ends: (client: Descriptor, daemon: Descriptor) = {
        guard let pair = try? LocalSocket.pair(), (try? pair.1.setNonBlocking()) != nil else {
            fatalError("there is no pair of sockets")
        }
        return (pair.0, pair.1)
    }()

    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = bytes.dropFirst()
        let whole = messages([stream])
        let plain = stream.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { Array($0) }
        expect(whole == plain, "in one piece it is \(whole.count) messages instead of \(plain.count)")
        let cut = stream.startIndex + Int(first) % (stream.count + 1)
        expect(messages([stream[..<cut], stream[cut...]]) == whole, "in two pieces it is other messages")
        if stream.count <= 8 {
            expect(messages(stream.indices.map { stream[$0...$0] }) == whole, "byte by byte it is other messages")
        }
    }

    /// What a connection makes of the pieces, each of which arrives alone.
    private static func messages(_ pieces: [ArraySlice<UInt8>]) -> [[UInt8]] {
        let caller = Gatekeeper.Caller(account: Account(uid: 0, name: "root"), rights: [.read])
        let connection = Connection(ends.daemon, peer: nil, caller: caller, at: 0)
        var messages: [[UInt8]] = []
        for piece in pieces where !piece.isEmpty {
            expect((try? ends.client.writeAll(Array(piece))) == true, "the socket took nothing")
            connection.receive(at: 0)
            while let message = connection.nextMessage(at: 0) { messages.append(message) }
        }
        expect(!connection.isClosing, "it closes over a message that is not too large")
        let last = pieces.last { !$0.isEmpty }?.last ?? 0
        expect((connection.expiresAt != nil) == (last != 0), "its time runs though nothing is unfinished, or not")
        return messages
    }
}
