import Glibc

/// The service manager that started this process, where one did that listens to it.
///
/// Source: sd_notify(3).
enum ServiceManager {
    /// The environment variable that names where it listens.
    private static let variable = "NOTIFY_SOCKET"

    /// Shows a sentence as the service's status. It reaches an administrator also when no disk can be written to.
    ///
    /// Source: sd_notify(3), STATUS=.
    static func show(_ sentence: String) {
        guard let path = CurrentProcess.environment(variable) else { return }
        let line = String(sentence.unicodeScalars.map { $0.isControlOrLineEnd ? "?" : Character($0) })
        // Nobody is left to tell where even that fails, and nothing depends on it.
        do throws(SystemError) { try LocalSocket.send(Array("STATUS=\(line)\n".utf8), to: path) } catch {}
    }
}
