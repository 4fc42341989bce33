import ArgumentParser
import Contracts
import Foundation
import Logging
import Observability

/// `mesh supervise`
struct SuperviseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervise", abstract: "Keep the processes of a mesh running (started by mesh up).")

    @OptionGroup var target: StateOption

    func run() async throws {
        let layout = target.layout
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        Self.raiseDescriptorLimit()
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, service: "mesh", instance: "supervisor") }
        // Whoever looks whether a supervisor lives holds the lock for a moment.
        guard let lock = try await Self.takeLock(layout) else { return }
        defer { withExtendedLifetime(lock) {} }
        guard let settings = PrivateFile.json(MeshSettings.self, at: layout.settings),
            let databases = PrivateFile.json([String: String].self, at: layout.secret(MeshSecrets.databases))
        else { throw CommandFault("There is no mesh in \(layout.state); start one (mesh up)") }

        let supervisor = Supervisor(
            layout: layout, settings: settings, databases: databases, fleet: Self.fleet(layout), logger: Logger(label: "supervisor"))
        let control = try ControlServer(path: layout.controlSocket) { request, tell in await supervisor.handle(request, tell: tell) }
        control.start()
        try await supervisor.run()
        unlink(layout.controlSocket)
    }

    /// What the last supervisor kept, with the processes that still run.
    private static func fleet(_ layout: MeshLayout) -> Fleet {
        let everyService = Dictionary(uniqueKeysWithValues: ServiceName.serving.map { ($0, 1) })
        var record = PrivateFile.json(Fleet.self, at: layout.instances) ?? Fleet(desired: everyService)
        record.isLeaving = false
        let (fleet, orphans) = Adoption.adopt(record, found: ProcessTable.supervised(state: layout.state), at: .now)
        for orphan in orphans { orphan.signal(SIGTERM) }
        return fleet
    }

    private static func takeLock(_ layout: MeshLayout) async throws -> FileLock? {
        for _ in 0..<40 {
            if let lock = FileLock(layout.supervisorLock) { return lock }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    /// Services and HAProxy inherit the limit; the usual 1,024 is less than a busy gateway needs.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
