import Contracts

/// How a program is started so that it can do no harm: the words of a command line, from the outermost wrapper to the program.
///
/// The wrappers are util-linux's: `setpriv` (dies with the service; own user; no new privileges), `unshare` (own processes, own
/// network), `prlimit` (bounds of each process). Control groups bound all processes together. The program's variables are set after the
/// last wrapper, with the program's own rights: wrappers have the service's.
struct Sandbox: Sendable, Hashable {
    /// First of the numbers that users of runs have; one for each attempt.
    static let firstUser = 2_000_000_000
    static let users = 100_000_000

    let abilities: SandboxAbilities
    let resources: CommandRecipe.Resources
    let network: Bool
    /// Number of the user; used where the service may choose one.
    let user: Int
    /// Control groups that were made for the attempt.
    var groups: [String] = []
    /// Folders whose content the program must not see.
    var hidden: [String] = []

    /// The user of an attempt: another for each, and none that a person has.
    static func user(run: String, attempt: Int) -> Int {
        let bytes = Digest(of: Array("\(run)/\(attempt)".utf8)).bytes.prefix(4)
        return firstUser + bytes.reduce(0) { $0 << 8 | Int($1) } % users
    }

    /// The words that start a program in a working directory.
    ///
    /// - Parameters:
    ///   - variables: file of the program's environment, as ``CommandEnvironment/script(_:)`` writes it; its user can read it.
    ///   - gate: a file that the program's start waits for; nil to start at once.
    func words(_ command: [String], in folder: String, variables: String, gate: String? = nil) -> [String] {
        ["/bin/sh", "-c", Self.joinGroups, "sh", String(groups.count)] + groups + dying + separated + bounded + unprivileged + [
            "/usr/bin/env", "-i", "/bin/sh", "-c", Self.enter, "sh", folder, gate ?? "", variables,
        ] + command
    }

    /// Joins the control groups and becomes what follows.
    private static let joinGroups =
        "n=$1; shift; while [ \"$n\" -gt 0 ]; do echo $$ > \"$1/cgroup.procs\" || exit 125; shift; n=$((n-1)); done; exec \"$@\""
    /// Enters the folder, waits at the gate, takes the variables, and becomes the program.
    private static let enter =
        "cd \"$1\" || exit 125; g=$2; v=$3; shift 3; while [ -n \"$g\" ] && [ ! -e \"$g\" ]; do sleep 0.02; done; "
        + "umask 077; . \"$v\" || exit 125; exec \"$@\""

    private var dying: [String] { ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] }

    private var separated: [String] {
        guard abilities.namespaces != .none else { return [] }
        let user = abilities.namespaces == .user ? ["--user", "--map-root-user"] : []
        let net = network ? [] : ["--net"]
        let hide = hidden.isEmpty ? [] : ["/bin/sh", "-c", Self.hide, "sh", String(hidden.count)] + hidden
        return ["/usr/bin/unshare"] + user + ["--mount", "--pid", "--fork", "--kill-child=KILL", "--ipc", "--uts", "--mount-proc"] + net + [
            "--"
        ]
            + hide
    }

    /// Covers folders with empty ones and becomes what follows.
    private static let hide =
        "n=$1; shift; while [ \"$n\" -gt 0 ]; do mount -t tmpfs -o size=4k,mode=0755 tmpfs \"$1\" || exit 125; shift; n=$((n-1)); done; exec \"$@\""

    private var bounded: [String] {
        var limits = [
            "--core=0", "--nofile=1024", "--fsize=\(resources.fileBytes ?? CommandPlan.standardFile)",
            "--nproc=\(resources.processes ?? CommandPlan.standardProcesses)",
        ]
        if let seconds = resources.cpuSeconds { limits.append("--cpu=\(seconds)") }
        // Address space is a poor bound for memory, as libraries reserve far more than they use: only where there is no better.
        if abilities.groups["memory"] == nil { limits.append("--as=\(resources.memoryBytes ?? CommandPlan.standardMemory)") }
        return ["/usr/bin/prlimit"] + limits + ["--"]
    }

    private var unprivileged: [String] {
        let own = abilities.hasOwnUsers ? ["--reuid=\(user)", "--regid=\(user)", "--clear-groups"] : []
        let caps = abilities.namespaces == .none && !abilities.hasOwnUsers ? [] : ["--bounding-set=-all", "--inh-caps=-all"]
        return ["/usr/bin/setpriv"] + own + caps + ["--no-new-privs", "--"]
    }
}
