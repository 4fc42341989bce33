import Foundation

/// Finds out what the machine lets the service do, by doing it.
enum SandboxProbe {
    /// Measured once for the process.
    static let abilities = measure()

    private static func measure() -> SandboxAbilities {
        let isRoot = geteuid() == 0
        let kept = ["--mount", "--pid", "--fork", "--kill-child=KILL", "--ipc", "--uts", "--net", "--mount-proc", "--", "/bin/true"]
        let namespaces: SandboxAbilities.Namespaces =
            if isRoot, succeeds("/usr/bin/unshare", kept) {
                .privileged
            } else if succeeds("/usr/bin/unshare", ["--user", "--map-root-user"] + kept) {
                .user
            } else {
                .none
            }
        let ownUsers =
            isRoot && succeeds("/usr/bin/setpriv", ["--reuid=2000000000", "--regid=2000000000", "--clear-groups", "--", "/bin/true"])
        return SandboxAbilities(hasOwnUsers: ownUsers, namespaces: namespaces, groups: ControlGroup.parents())
    }

    private static func succeeds(_ program: String, _ words: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = words
        process.environment = ["PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationReason == .exit && process.terminationStatus == 0
    }
}
