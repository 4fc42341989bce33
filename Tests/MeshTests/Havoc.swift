import Contracts
import Foundation
import TestSupport

@testable import MeshCommand

/// What goes wrong in a mesh, one thing after the other; after each it has to come to itself by itself.
struct Havoc: Sendable {
    enum Blow: Sendable, Hashable, CustomStringConvertible {
        /// kill -9 of every instance of a service.
        case service(ServiceName)
        /// kill -9 of HAProxy, master and worker.
        case gateway(Listener)
        case agent
        /// kill -9 of `mesh supervise`.
        case supervisor
        case postgresRestart
        case gatewayReload

        var description: String {
            switch self {
            case .service(let name): "kill -9 of \(name.rawValue)"
            case .gateway(let listener): "kill -9 of \(listener.program)"
            case .agent: "kill -9 of gateway-agent"
            case .supervisor: "kill -9 of the supervisor"
            case .postgresRestart: "a restart of Postgres"
            case .gatewayReload: "a reload of the gateway"
            }
        }
    }

    /// The services where the loop's work is, first; then what they stand on.
    static let blows: [Blow] =
        [.service(.modelRegistry), .service(.dataset), .service(.labeling), .gateway(.public), .service(.identity), .supervisor]
        + [.gateway(.internal), .postgresRestart, .gatewayReload, .service(.trainer), .agent, .service(.inference)]
        + [.service(.experimentRouter), .service(.monitor)]

    let mesh: RealMesh

    /// Strikes every blow, each after the mesh has healed from the one before; gives how long each took to heal.
    func strike(until isOver: Recorder<Bool>) async throws -> [(blow: Blow, seconds: Double)] {
        var healed: [(Blow, Double)] = []
        for blow in Self.blows {
            let start = ContinuousClock.now
            try await strike(blow)
            try await mesh.waitUntilServing()
            let seconds = Double((ContinuousClock.now - start) / .seconds(1))
            healed.append((blow, seconds))
            print("    \(blow): healed after \(seconds.formatted(.number.precision(.fractionLength(1)))) s")
            // Work gets done between blows, so that they fall into all chapters.
            if !isOver.value { try await Task.sleep(for: .milliseconds(2_500)) }
        }
        return healed
    }

    private func strike(_ blow: Blow) async throws {
        switch blow {
        case .service(let service): try await killMembers { $0.program == .service(service) }
        case .gateway(let listener): try await killMembers { $0.program == .gateway(listener) }
        case .agent: try await killMembers { $0.program == .agent }
        case .supervisor:
            let pid = try mesh.record.supervisor
            ProcessIdentity.of(pid: pid)?.signal(SIGKILL)
            try await eventually(within: RealMesh.patience) {
                try mesh.record.supervisor == pid ? "no other supervisor than \(pid)" : nil
            }
        case .postgresRestart:
            let script = TestSupport.Checkout.root.path + "/deploy/scripts/postgres.sh"
            try await Shell.run(script, ["stop", mesh.layout.postgres])
            try await Shell.run(script, ["start", mesh.layout.postgres])
        case .gatewayReload: try await mesh.command("restart", "gateway-public", "gateway-internal")
        }
    }

    /// kill -9, and waits until the supervisor has seen it: otherwise "ready" would be what was.
    private func killMembers(_ isMeant: (Member) -> Bool) async throws {
        let processes = try await mesh.fleet().members.filter(isMeant).compactMap(\.process)
        // HAProxy's worker outlives its master for a moment; both are meant.
        for process in processes {
            for child in Self.children(of: process.pid) { child.signal(SIGKILL) }
            process.signal(SIGKILL)
        }
        try await eventually(within: RealMesh.patience) {
            let present = Set(try await mesh.fleet().members.compactMap(\.process))
            return present.isDisjoint(with: processes) ? nil : "the supervisor still counts on processes that are gone"
        }
    }

    private static func children(of pid: Int32) -> [ProcessIdentity] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }.compactMap { ProcessIdentity.of(pid: $0) }
    }
}
