import Testing

@testable import BreachClock

@Suite("Descriptors")
struct DescriptorTests {
    @Test("Writing to one who does not read ends when its time is over; to one who reads nothing is cut off")
    func writingWithin() throws {
        let (near, far) = try LocalSocket.pair()
        try near.setNonBlocking()
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        let error = #expect(throws: SystemError.self) { try near.writeAll(bytes, within: 0) }
        #expect(error?.isTimeout == true)
        var held = 0
        try far.setNonBlocking()
        while case .bytes(let more) = try far.read(atMost: 1 << 20) { held += more.count }
        #expect(held > 0 && held < bytes.count)
        #expect(try near.writeAll(Array(bytes[..<1000]), within: 0))
        #expect(try far.read(atMost: 1 << 20) == .bytes(Array(bytes[..<1000])))
    }
}
