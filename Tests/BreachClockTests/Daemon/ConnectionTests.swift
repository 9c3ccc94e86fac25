import Testing

@testable import BreachClock

@Suite("A connection")
struct ConnectionTests {
    private static let nobody = Gatekeeper.Caller(account: Account(uid: 1, name: "nobody"), rights: [])

    private let client: Descriptor
    private let connection: Connection

    init() throws {
        let (client, server) = try LocalSocket.pair()
        try client.setNonBlocking()
        try server.setNonBlocking()
        self.client = client
        connection = Connection(server, peer: nil, caller: Self.nobody, at: 0)
    }

    @Test(
        "Messages are taken one by one, however their bytes come",
        arguments: [
            ["one\0two\0\0three\0"], ["o", "ne", "\0two", "\0", "\0three\0"], ["one\0t", "wo\0\0thre", "e\0"],
        ])
    func pieces(pieces: [String]) throws {
        var taken: [String] = []
        for piece in pieces {
            try send(Array(piece.utf8))
            while let message = connection.nextMessage(at: 0) { taken.append(String(decoding: message, as: UTF8.self)) }
        }
        #expect(taken == ["one", "two", "", "three"])
        #expect(!connection.hasWaitingMessage)
    }

    @Test("To see that a message is not finished takes as long for a large one as for a small one")
    func unfinished() throws {
        try send(Array("{".utf8))
        let small = try lookingTime()
        try send(Array(repeating: UInt8(ascii: " "), count: 260_000))
        let large = try lookingTime()
        #expect(large < small * 20, "\(large) instead of \(small)")
        try send([0])
        #expect(connection.nextMessage(at: 0)?.count == 260_001)
    }

    private func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            if case .wrote(let count) = try client.write(rest) { rest = rest.dropFirst(count) }
            connection.receive(at: 0)
        }
    }

    private func lookingTime() throws -> Duration {
        let times = (0..<3).map { _ in
            ContinuousClock().measure {
                for _ in 0..<100 {
                    connection.receive(at: 0)
                    #expect(!connection.hasWaitingMessage)
                }
            }
        }
        return try #require(times.min())
    }
}
