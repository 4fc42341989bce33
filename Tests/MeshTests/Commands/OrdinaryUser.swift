import Foundation
import TestSupport

@testable import MeshCommand

/// A user without rights, whom root can become: Debian's `nobody`.
struct OrdinaryUser {
    static let id: UInt32 = 65_534
    let layout: MeshLayout
    private let home: String

    /// Whether this process may become the user, and the user can run what was built.
    static var isPossible: Bool {
        guard getuid() == 0 else { return false }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/setpriv")
        process.arguments = identity + ["test", "-x", RealMesh.binaries + "/mesh", "-a", "-r", script("postgres.sh")]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static let identity = ["--reuid=\(id)", "--regid=\(id)", "--clear-groups", "--"]

    static func script(_ name: String) -> String { TestSupport.Checkout.root.path + "/deploy/scripts/" + name }

    /// Gives the user a home.
    init(home: String) throws {
        self.home = home
        layout = MeshLayout(state: home + "/mesh")
        guard chown(home, Self.id, Self.id) == 0 else { throw TestSupportError("\(home) cannot be given away") }
    }

    func mesh(_ arguments: String...) async throws -> Shell.Outcome {
        try await run(RealMesh.binaries + "/mesh", arguments + ["--state", layout.state])
    }

    func script(_ name: String, _ arguments: String...) async throws -> Shell.Outcome {
        try await run(Self.script(name), arguments)
    }

    func run(_ program: String, _ arguments: String...) async throws -> Shell.Outcome {
        try await run(program, arguments)
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> Shell.Outcome {
        try await Shell.outcome(
            "/usr/bin/setpriv", Self.identity + [program] + arguments, environment: ["HOME": home, "TMPDIR": home, "USER": "nobody"])
    }

    /// The server's process; nil when it does not run.
    var postgres: Int32? {
        let file = layout.postgres + "/data/postmaster.pid"
        guard let pid = PrivateFile.text(file)?.split(separator: "\n").first.flatMap({ Int32($0) }) else { return nil }
        return ProcessIdentity.of(pid: pid) == nil ? nil : pid
    }

    /// Leaves no process behind, whatever failed.
    func killAll() {
        for _ in 0..<5 {
            PrivateFile.json(MeshRecord.self, at: layout.record).flatMap { ProcessIdentity.of(pid: $0.supervisor) }?.signal(SIGKILL)
            let found = ProcessTable.supervised(state: layout.state)
            for entry in found.sorted(by: { $0.name == "gateway-agent" && $1.name != "gateway-agent" }) { entry.process.signal(SIGKILL) }
            usleep(100_000)
        }
        if let postgres { kill(postgres, SIGQUIT) }
    }
}
