import Testing

@testable import BreachClock

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "The examples of NIST have their digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func examples(message: String, digest: String) {
        #expect(SHA256.hexadecimal(of: Array(message.utf8)) == digest)
    }

    /// A message of the given length in which neighbours and lengths differ.
    private func message(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + count) }
    }

    // Computed with Python 3, whose hashlib is an implementation of its own:
    //   sha256(''.join(sha256(bytes((7*i+n)%256 for i in range(n))).hexdigest() for n in range(301)).encode())
    @Test("Messages of every length from 0 to 300 bytes have the digests that Python computes")
    func everyShortLength() {
        let digests = (0...300).map { SHA256.hexadecimal(of: message($0)) }.joined()
        let expected = "94bc81110d562891b0adac6bac4837f28ae9118c192446b6ac4414fdf4c6e629"
        #expect(SHA256.hexadecimal(of: Array(digests.utf8)) == expected)
    }

    @Test("A message in two pieces has the digest of the whole, wherever it is cut and whatever holds the pieces")
    func pieces() {
        let message = message(200)
        let whole = SHA256.hash(message)
        for cut in 0...message.count {
            var slices = SHA256()
            slices.update(message[..<cut])
            slices.update(message[cut...])
            #expect(slices.finish() == whole)
            var others = SHA256()
            others.update(Array(message[..<cut]))
            others.update(message.lazy.dropFirst(cut).map { $0 })
            #expect(others.finish() == whole)
        }
    }

    @Test("A message in many small pieces has the digest of the whole", arguments: [1, 3, 63, 64, 65, 127, 128])
    func manyPieces(size: Int) {
        let message = message(1000)
        var digest = SHA256()
        for start in stride(from: 0, to: message.count, by: size) {
            digest.update(message[start..<min(start + size, message.count)])
        }
        #expect(digest.finish() == SHA256.hash(message))
    }

    @Test("A digest can be taken of the message so far")
    func digestSoFar() {
        var digest = SHA256()
        digest.update(Array("ab".utf8))
        #expect(digest.finish() == SHA256.hash(Array("ab".utf8)))
        digest.update(Array("c".utf8))
        #expect(digest.finish() == SHA256.hash(Array("abc".utf8)))
    }
}

@Suite("Hexadecimal text")
struct HexTests {
    @Test("Every byte is written as two lower-case digits and read back")
    func everyByte() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
        #expect(text.hasSuffix("f9fafbfcfdfeff"))
        #expect(text.utf8.count == 512)
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode("") == [])
    }

    @Test("Anything else is not read", arguments: ["a", "abc", "AB", "0g", " 00", "0x00", "é", "00\n", "/0", "0:"])
    func anythingElse(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test("A digit has its value in either case")
    func digits() {
        #expect("0123456789abcdefABCDEF".utf8.map(Hex.value) == Array(0...15) + Array(10...15))
        #expect("/:@G`g".utf8.allSatisfy { Hex.value(of: $0) == nil })
    }
}
