/// The product's name and version, as every part of it says them.
///
/// Source: semver.org.
enum Product {
    /// The product's name.
    ///
    /// Source: README.
    static let name = "BreachClock"
    /// The version.
    ///
    /// Source: CHANGELOG.
    static let version = "0.1.0"
}
