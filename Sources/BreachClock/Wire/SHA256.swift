/// The SHA-256 digest of a message that may arrive in pieces.
/// Source: FIPS 180-4 sections 5.1.1, 5.2.1, 5.3.3 and 6.2.
struct SHA256 {
    private static let blockSize = 64

    private var state = SHA256.initialState
    /// A block that is not complete yet, and how many of its bytes have arrived; always fewer than a block has.
    private var pending = InlineArray<64, UInt8>(repeating: 0)
    private var pendingCount = 0
    private var byteCount: UInt64 = 0

    /// The digest of a message of which nothing has arrived yet.
    /// Source: FIPS 180-4 section 5.3.3.
    init() {}

    /// The 32 bytes of the digest of a whole message.
    /// Source: FIPS 180-4 section 6.2.
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of a whole message as 64 lower-case hexadecimal digits.
    /// Source: FIPS 180-4 section 6.2, RFC 4648 section 8.
    static func hexadecimal(of bytes: [UInt8]) -> String {
        Hex.encode(hash(bytes))
    }

    /// Takes in the next bytes of the message; fewer than 2^61 in all.
    /// Source: FIPS 180-4 sections 5.2.1 and 6.2.2.
    mutating func update(_ bytes: some Sequence<UInt8>) {
        update(Array(bytes))
    }

    /// Takes in the next bytes of the message without copying them; fewer than 2^61 in all.
    /// Source: FIPS 180-4 sections 5.2.1 and 6.2.2.
    mutating func update(_ bytes: [UInt8]) {
        absorb(bytes.span)
    }

    /// Takes in the next bytes of the message without copying them; fewer than 2^61 in all.
    /// Source: FIPS 180-4 sections 5.2.1 and 6.2.2.
    mutating func update(_ bytes: ArraySlice<UInt8>) {
        absorb(bytes.span)
    }

    /// The 32 bytes of the digest of everything taken in. A copy can go on taking in more.
    /// Source: FIPS 180-4 sections 5.1.1 and 6.2.2.
    consuming func finish() -> [UInt8] {
        let bitCount = byteCount << 3
        append(0x80)
        while pendingCount != Self.blockSize - 8 { append(0) }
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: bitCount >> shift)) }
        var digest: [UInt8] = []
        digest.reserveCapacity(4 * state.count)
        for index in state.indices {
            for shift in stride(from: 24, through: 0, by: -8) {
                digest.append(UInt8(truncatingIfNeeded: state[index] >> shift))
            }
        }
        return digest
    }
}

// Blocks: FIPS 180-4 section 5.2.1.
extension SHA256 {
    private mutating func absorb(_ bytes: Span<UInt8>) {
        byteCount += UInt64(bytes.count)
        var start = 0
        while start < bytes.count, pendingCount > 0 {
            append(bytes[start])
            start += 1
        }
        while bytes.count - start >= Self.blockSize {
            compress(bytes.extracting(start..<(start + Self.blockSize)))
            start += Self.blockSize
        }
        while start < bytes.count {
            append(bytes[start])
            start += 1
        }
    }

    private mutating func append(_ byte: UInt8) {
        pending[pendingCount] = byte
        pendingCount += 1
        guard pendingCount == Self.blockSize else { return }
        let block = pending
        compress(block.span)
        pendingCount = 0
    }
}

// The hash computation of one block: FIPS 180-4 section 6.2.2. The names are the standard's.
extension SHA256 {
    private mutating func compress(_ block: Span<UInt8>) {
        var w = Self.words(of: block)
        var v = state
        for round in stride(from: 0, to: 64, by: 16) {
            if round > 0 { Self.extend(&w) }
            Self.eightRounds(&v, w, 0, round)
            Self.eightRounds(&v, w, 8, round)
        }
        for index in state.indices { state[index] &+= v[index] }
    }

    /// The block as sixteen big-endian words: FIPS 180-4 section 3.1.
    @inline(__always)
    private static func words(of block: Span<UInt8>) -> InlineArray<16, UInt32> {
        precondition(block.count == blockSize)
        var w = InlineArray<16, UInt32>(repeating: 0)
        for t in 0..<16 {
            let first = 4 &* t
            w[t] =
                UInt32(block[first]) << 24 | UInt32(block[first &+ 1]) << 16
                | UInt32(block[first &+ 2]) << 8 | UInt32(block[first &+ 3])
        }
        return w
    }

    /// The next sixteen words of the message schedule in the place of the last sixteen, the only ones still needed.
    @inline(__always)
    private static func extend(_ w: inout InlineArray<16, UInt32>) {
        for t in 0..<16 {
            w[t] &+= sigma1(w[(t &+ 14) & 15]) &+ w[(t &+ 9) & 15] &+ sigma0(w[(t &+ 1) & 15])
        }
    }

    /// Eight rounds bring each working variable back to its own place, which saves moving them after every round.
    @inline(__always)
    private static func eightRounds(
        _ v: inout InlineArray<8, UInt32>, _ w: InlineArray<16, UInt32>, _ t: Int, _ base: Int
    ) {
        var (a, b, c, d) = (v[0], v[1], v[2], v[3])
        var (e, f, g, h) = (v[4], v[5], v[6], v[7])
        round(a, b, c, &d, e, f, g, &h, k[base &+ t] &+ w[t])
        round(h, a, b, &c, d, e, f, &g, k[base &+ t &+ 1] &+ w[t &+ 1])
        round(g, h, a, &b, c, d, e, &f, k[base &+ t &+ 2] &+ w[t &+ 2])
        round(f, g, h, &a, b, c, d, &e, k[base &+ t &+ 3] &+ w[t &+ 3])
        round(e, f, g, &h, a, b, c, &d, k[base &+ t &+ 4] &+ w[t &+ 4])
        round(d, e, f, &g, h, a, b, &c, k[base &+ t &+ 5] &+ w[t &+ 5])
        round(c, d, e, &f, g, h, a, &b, k[base &+ t &+ 6] &+ w[t &+ 6])
        round(b, c, d, &e, f, g, h, &a, k[base &+ t &+ 7] &+ w[t &+ 7])
        v = [a, b, c, d, e, f, g, h]
    }

    /// One round without the renaming of the variables: `d` becomes the next `e`, and `h` the next `a`.
    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
        _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ kw: UInt32
    ) {
        let t1 = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (g ^ (e & (f ^ g))) &+ kw
        let t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ ((a & b) | (c & (a | b)))
        d &+= t1
        h = t1 &+ t2
    }

    @inline(__always)
    private static func sigma0(_ x: UInt32) -> UInt32 { rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3) }

    @inline(__always)
    private static func sigma1(_ x: UInt32) -> UInt32 { rotate(x, 17) ^ rotate(x, 19) ^ (x &>> 10) }

    @inline(__always)
    private static func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 { (x &>> count) | (x &<< (32 &- count)) }
}

// Constants: FIPS 180-4 sections 4.2.2 and 5.3.3.
extension SHA256 {
    private static let initialState: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    private static let k: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
