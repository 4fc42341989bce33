import Foundation

/// How a process is started: in a session of its own, so that it outlives who started it, with its output in a file.
struct ProcessLaunch: Sendable, Hashable {
    var executable: String
    var arguments: [String]
    var environment: [String: String]
    /// Standard output and error are added to it.
    var log: String

    /// Starts the process.
    func start() throws -> ProcessIdentity {
        Self.keepDescriptors()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Swift's runtime and the shell may have changed what signals do.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))

        let pid = try spawn(&actions, &attributes)
        return ProcessIdentity.of(pid: pid) ?? ProcessIdentity(pid: pid, startTime: 0)
    }

    /// Keeps what this process has open, or was given by its own parent, out of the child: a pipe held open would never end.
    private static func keepDescriptors() {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap(Int32.init) ?? []
        for number in numbers where number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    }

    /// POSIX_SPAWN_SETSID, which Swift does not see without _GNU_SOURCE.
    private static let newSession: Int16 = 0x80

    private func spawn(_ actions: inout posix_spawn_file_actions_t, _ attributes: inout posix_spawnattr_t) throws -> pid_t {
        let words = ([executable] + arguments).map { strdup($0) }
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let outcome = posix_spawn(&pid, executable, &actions, &attributes, words + [nil], variables + [nil])
        guard outcome == 0 else {
            throw PrivateFile.Fault(description: "cannot start \(executable): \(String(cString: strerror(outcome)))")
        }
        return pid
    }
}
