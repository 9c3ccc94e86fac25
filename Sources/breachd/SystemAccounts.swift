import BreachClock
import Glibc

/// The accounts and groups that the C library's switch knows: files, SSSD, LDAP. Here and not in the library, because
/// a static executable such as breachctl cannot load the switch's modules.
///
/// Source: R30; nsswitch.conf(5).
struct SystemAccounts: AccountDirectory {
    func name(of uid: Int) -> String? {
        guard let entry = unsafe getpwuid(uid_t(uid)) else { return nil }
        return unsafe String(cString: entry.pointee.pw_name)
    }

    func groups(of uid: Int, primaryGroup: Int) -> Set<String> {
        guard let entry = unsafe getpwuid(uid_t(uid)) else {
            return Set([gid_t(primaryGroup)].compactMap(Self.groupName))
        }
        let numbers = unsafe Self.groupNumbers(
            of: String(cString: entry.pointee.pw_name), primaryGroup: entry.pointee.pw_gid)
        return Set((numbers + [gid_t(primaryGroup)]).compactMap(Self.groupName))
    }

    func number(ofGroup name: String) -> Int? {
        guard let entry = unsafe getgrnam(name) else { return nil }
        return unsafe Int(entry.pointee.gr_gid)
    }

    /// The list grows until all groups fit in it.
    private static func groupNumbers(of name: String, primaryGroup: gid_t) -> [gid_t] {
        var count: Int32 = 64
        while true {
            var groups = [gid_t](repeating: 0, count: Int(count))
            let room = count
            let result = unsafe getgrouplist(name, primaryGroup, &groups, &count)
            if result >= 0 { return Array(groups.prefix(Int(count))) }
            // Some implementations do not say how many there are.
            if count <= room { count = room * 2 }
            if count > 1 << 16 { return [] }
        }
    }

    private static func groupName(_ number: gid_t) -> String? {
        guard let entry = unsafe getgrgid(number) else { return nil }
        return unsafe String(cString: entry.pointee.gr_name)
    }
}
