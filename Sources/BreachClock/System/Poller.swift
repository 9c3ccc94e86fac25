import Glibc

/// Waits for descriptors.
///
/// Source: poll(2).
enum Poller {
    /// What to wait for on a descriptor.
    ///
    /// Source: poll(2).
    struct Interest {
        /// The descriptor.
        ///
        /// Source: poll(2).
        let descriptor: Descriptor
        /// Whether to wait for something to read.
        ///
        /// Source: poll(2), POLLIN.
        let reading: Bool
        /// Whether to wait for room to write.
        ///
        /// Source: poll(2), POLLOUT.
        let writing: Bool

        /// The interest in that descriptor.
        ///
        /// Source: poll(2).
        init(_ descriptor: Descriptor, reading: Bool = false, writing: Bool = false) {
            self.descriptor = descriptor
            self.reading = reading
            self.writing = writing
        }
    }

    /// What can be done on a descriptor.
    ///
    /// Source: poll(2).
    struct Readiness: Equatable {
        /// There is something to read, or the end of it.
        ///
        /// Source: poll(2), POLLIN, POLLHUP.
        var readable = false
        /// There is room to write.
        ///
        /// Source: poll(2), POLLOUT.
        var writable = false
        /// The other side is gone for good.
        ///
        /// Source: poll(2), POLLHUP, POLLERR.
        var hungUp = false
    }

    /// Waits until one of them is ready, the time is over or a signal came.
    ///
    /// - Parameter milliseconds: How long to wait at most; -1 for ever.
    /// - Returns: For each interest what can be done, in their order.
    ///
    /// Source: poll(2).
    static func wait(_ interests: [Interest], milliseconds: Int) throws(SystemError) -> [Readiness] {
        var entries = interests.map { interest in
            let events = (interest.reading ? POLLIN : 0) | (interest.writing ? POLLOUT : 0)
            return pollfd(fd: interest.descriptor.number, events: Int16(events), revents: 0)
        }
        let count = nfds_t(entries.count)
        let timeout = Int32(clamping: milliseconds)
        let result = unsafe entries.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, timeout) }
        if result < 0, errno != EINTR { throw SystemError("wait for", "descriptors") }
        guard result > 0 else { return interests.map { _ in Readiness() } }
        return entries.map { entry in
            let events = Int32(entry.revents)
            let hungUp = events & Int32(POLLHUP | POLLERR | POLLNVAL) != 0
            return Readiness(
                readable: events & Int32(POLLIN) != 0 || hungUp,
                writable: events & Int32(POLLOUT) != 0,
                hungUp: hungUp
            )
        }
    }
}
