// swift-tools-version: 6.2
import PackageDescription

// Strict memory safety keeps every unsafe call visible (they live in System);
// a warning is an error so that none is ever ignored.
let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]

let package = Package(
    name: "breachclock",
    targets: [
        .target(
            name: "BreachClock",
            resources: [.embedInCode("Wire/org.breachclock.Control.varlink")],
            swiftSettings: strict
        ),
        // The daemon asks the C library's switch who is in which group (SSSD, LDAP), which a
        // static executable cannot load: it carries the Swift library and links the C library.
        .executableTarget(
            name: "breachd",
            dependencies: ["BreachClock"],
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]
        ),
        // The control tool needs nothing of the machine but its kernel and time-zone database.
        .executableTarget(
            name: "breachctl",
            dependencies: ["BreachClock"],
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-executable"], .when(configuration: .release))]
        ),
        .testTarget(
            name: "BreachClockTests",
            dependencies: ["BreachClock"],
            resources: [.copy("Vectors")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
