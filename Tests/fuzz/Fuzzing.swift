/// One parser, and what must hold of it for any bytes at all.
protocol FuzzTarget: SendableMetatype {
    /// The name by which `Tests/fuzz/run` and the corpus know it.
    static var name: String { get }
    /// Feeds the parser; does not return where it breaks its word.
    static func run(_ bytes: [UInt8])
    /// Makes what is kept from run to run.
    static func prepare()
}

extension FuzzTarget {
    static func prepare() {}
}

/// The targets that are compiled into one program, by what they reach: the fuzzer looks at every place that a program has
/// after each execution.
#if FORMATS
    private let targets: [any FuzzTarget.Type] = [
        JSONTarget.self, ConnectionTarget.self, RecordTarget.self, JournalTarget.self, MailTarget.self,
        SettingsTarget.self, TimeTarget.self, ZoneTarget.self,
    ]
#elseif CONTROL
    private let targets: [any FuzzTarget.Type] = [ArgumentTarget.self, AnswerTarget.self]
#else
    private let targets: [any FuzzTarget.Type] = [CallTarget.self]
#endif

private let target: any FuzzTarget.Type = {
    let wanted = CurrentProcess.environment("BREACHCLOCK_FUZZ") ?? ""
    if let found = targets.first(where: { $0.name == wanted }) { return found }
    StandardStream.writeError("BREACHCLOCK_FUZZ must be one of \(targets.map { $0.name }.joined(separator: " "))\n")
    CurrentProcess.end(ExitCode.usage)
}()

@_silgen_name("__lsan_disable") private func beginIgnoringLeaks()
@_silgen_name("__lsan_enable") private func endIgnoringLeaks()

/// What the fuzzer calls first. What is kept is no leak, though the sanitizer takes it for one: Swift marks pointers in
/// enumerations with bits that hide them.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    beginIgnoringLeaks()
    target.prepare()
    endIgnoringLeaks()
    return 0
}

/// What the fuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the program, and so the run with its input kept, where the condition does not hold.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
    guard condition else { fatalError("\(target.name): \(what())") }
}

/// The value, which must be there.
func need<Value>(_ value: Value?, _ what: @autoclosure () -> String) -> Value {
    guard let value else { fatalError("\(target.name): \(what())") }
    return value
}
