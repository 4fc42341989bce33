import Contracts
import Foundation
import Logging
import MeshClient
import Postgres
import TestSupport

@testable import MeshCommand

/// A whole mesh in a temporary folder: the real command and services, a Postgres and two HAProxies of its own.
struct RealMesh: Sendable {
    let layout: MeshLayout

    /// Long enough for debug builds on two busy cores.
    static let patience: Duration = .seconds(120)

    /// Runs the body against a mesh that serves, with so many instances of every service; leaves no process behind.
    ///
    /// - Parameter options: more words for `mesh up`.
    static func run(instances: Int, options: [String] = [], _ body: (RealMesh) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            // Postgres runs as another user when we are root.
            try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.path)
            let mesh = RealMesh(layout: MeshLayout(state: folder.path + "/mesh"))
            defer { mesh.killAll() }
            let words = ["up", "--timeout", "300", "--requests-per-minute", "6000000"] + options
            try await Shell.run(binaries + "/mesh", words + ["--state", mesh.layout.state])
            if instances > 1 { try await mesh.scale(Dictionary(uniqueKeysWithValues: ServiceName.serving.map { ($0, instances) })) }
            try await body(mesh)
        }
    }

    /// What `mesh up` wrote down.
    var record: MeshRecord {
        get throws {
            guard let record = MeshRecord.read(state: layout.state) else { throw TestSupportError("no record in \(layout.state)") }
            return record
        }
    }

    var gateway: HTTPProbe {
        get throws { HTTPProbe(port: try record.gatewayURL.split(separator: ":").last.flatMap { Int($0) } ?? 0) }
    }

    /// Calls with the administrator's key.
    func administrator(heard: @escaping @Sendable (ClientRequest, ClientResponse) -> Void = { _, _ in }) throws -> DemoCaller {
        DemoCaller(
            url: try record.gatewayURL, credential: .key(try record.administratorKey), patience: Self.patience, heard: heard)
    }

    /// Runs the real `mesh` command on this mesh; gives its output, and throws when its exit status is not 0.
    @discardableResult
    func command(_ arguments: String...) async throws -> String {
        try await Shell.run(Self.binaries + "/mesh", arguments + ["--state", layout.state])
    }

    func scale(_ counts: [ServiceName: Int]) async throws {
        let words = counts.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
        _ = try await Shell.run(Self.binaries + "/mesh", ["scale"] + words + ["--state", layout.state])
    }

    func fleet() async throws -> Fleet {
        try await ControlClient(layout: layout).ask(ControlRequest(command: .status)).fleet ?? Fleet(desired: [:])
    }

    /// Waits until every process that should run is ready and routed.
    func waitUntilServing() async throws {
        try await eventually(within: Self.patience, every: .milliseconds(100)) {
            guard let fleet = try? await fleet() else { return "no supervisor" }
            let view = PrivateFile.json(GatewayView.self, at: layout.gatewayView)
            let missing = fleet.members.filter { member in
                member.phase != .ready || (member.port.map { view?.isRouted(member.name, port: $0) != true } ?? false)
            }
            return fleet.isSettled(fleet.programs) && missing.isEmpty ? nil : "missing \(missing.map { "\($0.name) \($0.phase)" })"
        }
    }

    /// The mesh's database, past all services.
    func withDatabase<T>(_ body: (Database) async throws -> T) async throws -> T {
        let url = try await Shell.run(TestSupport.Checkout.root.path + "/deploy/scripts/postgres.sh", ["url", layout.postgres])
        let database = Database(url: url.trimmingCharacters(in: .whitespacesAndNewlines), logger: Logger(label: "mesh-tests"))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await database.run() }
            defer { group.cancelAll() }
            return try await body(database)
        }
    }

    /// Folder of the executables under test.
    static var binaries: String { TestSupport.Checkout.root.path + "/.build/debug" }

    private func killAll() {
        // The supervisor and the gateway agent start each other anew, so they go first, and more than once.
        for _ in 0..<5 {
            PrivateFile.json(MeshRecord.self, at: layout.record).flatMap { ProcessIdentity.of(pid: $0.supervisor) }?.signal(SIGKILL)
            let found = ProcessTable.supervised(state: layout.state)
            for entry in found.sorted(by: { $0.name == "gateway-agent" && $1.name != "gateway-agent" }) { entry.process.signal(SIGKILL) }
            usleep(100_000)
        }
        let cluster = PrivateCluster(layout: layout)
        if cluster.exists { try? cluster.stop() }
    }
}
