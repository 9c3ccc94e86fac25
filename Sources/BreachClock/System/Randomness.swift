import Glibc

/// Random bytes, injected so that simulations repeat.
///
/// Source: R31 (salts); design.
protocol Randomness {
    /// So many random bytes, at most 256.
    ///
    /// Source: getrandom(2).
    func bytes(_ count: Int) -> [UInt8]
}

/// The kernel's random bytes.
///
/// Source: getrandom(2).
struct SystemRandomness: Randomness {
    /// The kernel's random bytes.
    ///
    /// Source: getrandom(2).
    init() {}

    func bytes(_ count: Int) -> [UInt8] {
        // The generator of the standard library asks the kernel; it has no way to fail.
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
