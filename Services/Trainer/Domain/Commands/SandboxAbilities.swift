/// What the machine lets the service do to keep a program in.
struct SandboxAbilities: Sendable, Hashable {
    /// How namespaces are to be had.
    enum Namespaces: String, Sendable {
        /// By the service's own rights.
        case privileged
        /// Through a user namespace.
        case user
        case none
    }

    /// Whether each program runs as a user of its own.
    let hasOwnUsers: Bool
    let namespaces: Namespaces
    /// Folders of control groups that may be made, by controller.
    let groups: [String: String]

    /// Whether a program is kept from all that is the service's: its files, its sockets, its processes.
    var isolates: Bool { hasOwnUsers && namespaces == .privileged }

    /// Says plainly how the program was kept in; recorded with the run.
    func facts(network: Bool) -> [String: String] {
        [
            "sandbox.user": hasOwnUsers ? "own" : "the service's",
            "sandbox.processes": namespaces == .none ? "own group, killed by mark" : "own namespace",
            "sandbox.network": network ? "allowed" : namespaces == .none ? "not kept out" : "own namespace",
            "sandbox.limits": groups.isEmpty ? "rlimits" : "rlimits, control groups " + groups.keys.sorted().joined(separator: " "),
        ]
    }
}
