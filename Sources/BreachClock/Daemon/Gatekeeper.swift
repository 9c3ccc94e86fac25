/// The system's accounts and groups. Asked through the C library's switch, so that a directory service counts too.
///
/// Source: R30; nsswitch.conf(5).
public protocol AccountDirectory {
    /// The name of the account; nil where the system knows none.
    ///
    /// Source: getpwuid(3).
    func name(of uid: Int) -> String?
    /// The names of all groups of that account, the one that it connected with among them.
    ///
    /// Source: R30 (groups are all groups of that account); getgrouplist(3).
    func groups(of uid: Int, primaryGroup: Int) -> Set<String>
    /// The number of that group; nil where the system knows none of that name.
    ///
    /// Source: getgrnam(3).
    func number(ofGroup name: String) -> Int?
}

/// Who may do what: the kernel says who is calling, the configuration what its groups may.
///
/// Source: R30.
struct Gatekeeper {
    private let accounts: any AccountDirectory
    private let ownUID: Int

    /// A caller as far as it is known.
    ///
    /// Source: R30.
    struct Caller: Equatable, Sendable {
        /// The account.
        ///
        /// Source: R30.
        var account: Account
        /// What it may do.
        ///
        /// Source: R30.
        var rights: Set<Access.Right>
    }

    /// The gatekeeper of a daemon that runs as that account.
    ///
    /// Source: R30.
    init(accounts: any AccountDirectory, ownUID: Int) {
        self.accounts = accounts
        self.ownUID = ownUID
    }

    /// The daemon's own account.
    ///
    /// Source: R30.
    var own: Account { account(ownUID) }

    /// Who is at the other end of a connection and what it may do: root and the daemon's own account all, others what
    /// their groups may, nobody else anything.
    ///
    /// Source: R30; 65534 is the number of accounts that a user namespace does not map.
    func caller(_ peer: LocalSocket.Peer?, access: Access) -> Caller {
        guard let peer, peer.uid != 65_534 else {
            return Caller(account: Account(uid: 65_534, name: "nobody"), rights: [])
        }
        if peer.uid == 0 || peer.uid == ownUID {
            return Caller(account: account(peer.uid), rights: Set(Access.Right.allCases))
        }
        let groups = accounts.groups(of: peer.uid, primaryGroup: peer.gid)
        let rights = Access.Right.allCases.filter { right in
            access.groups[right]?.contains(where: groups.contains) ?? false
        }
        return Caller(account: account(peer.uid), rights: Set(rights))
    }

    /// The configured groups that the system does not know: they admit nobody.
    ///
    /// Source: R30.
    func unknownGroups(_ access: Access) -> [String] {
        Set(access.groups.values.joined()).filter { accounts.number(ofGroup: $0) == nil }.sorted()
    }

    /// The numbers of the configured groups that the system knows: their members have business here.
    ///
    /// Source: R30.
    func groupNumbers(_ access: Access) -> [Int] {
        Set(access.groups.values.joined().compactMap(accounts.number(ofGroup:))).sorted()
    }

    private func account(_ uid: Int) -> Account {
        Account(uid: uid, name: accounts.name(of: uid) ?? "uid \(uid)")
    }
}
