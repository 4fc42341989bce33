import Contracts
import Foundation
import MeshClient
import Observability

/// The part of a start that deals with the supervisor.
extension MeshStart {
    /// Starts a supervisor when there is none, and another when the program was built anew.
    func ensureSupervisor(_ settings: MeshSettings, _ tell: @escaping @Sendable (String) -> Void) async throws {
        let client = ControlClient(layout: layout)
        if client.isSupervised, let pid = PrivateFile.json(MeshRecord.self, at: layout.record)?.supervisor,
            let process = ProcessIdentity.of(pid: pid), process.isOutdated
        {
            tell("the supervisor was built anew: another takes over")
            process.signal(SIGTERM)
        }
        if !client.isSupervised {
            let process = try SupervisorLaunch(layout: layout, settings: settings).start()
            tell("supervisor started (pid \(process.pid))")
        }
        for _ in 0..<100 {
            if (try? await client.ask(ControlRequest(command: .status))) != nil { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFault("the supervisor does not come up; see \(layout.log("supervisor"))")
    }

    /// Replaces, one after the other, instances whose executable was built anew.
    func renewOutdated(_ tell: @escaping @Sendable (String) -> Void) async throws {
        let client = ControlClient(layout: layout)
        let fleet = try await client.ask(ControlRequest(command: .status)).fleet
        let outdated = (fleet?.members ?? []).filter { member in
            if case .gateway = member.program { false } else { member.process?.isOutdated == true }
        }
        let names = Set(outdated.map(\.program.name)).sorted()
        guard !names.isEmpty else { return }
        tell("built anew, so restarted one after the other: \(names.joined(separator: ", "))")
        try await client.ask(ControlRequest(command: .restart, programs: names), tell: tell)
    }

    /// Starts the gateway agent again, which renders the configuration anew and lets a running HAProxy read it; no request fails.
    func renewGateway(_ tell: @escaping @Sendable (String) -> Void) async throws {
        try await ControlClient(layout: layout).ask(ControlRequest(command: .restart, programs: [Program.agent.name]), tell: tell)
    }

    /// Waits until each instance is ready and routed, and the administrator's key works at the gateway.
    func waitUntilServing(_ tell: @escaping @Sendable (String) -> Void) async throws {
        let client = ControlClient(layout: layout)
        let deadline = ContinuousClock.now + patience
        var told: Set<String> = []
        var missing: [String] = []
        while ContinuousClock.now < deadline {
            let fleet = try await client.ask(ControlRequest(command: .status)).fleet ?? Fleet(desired: [:])
            for member in fleet.members where member.phase == .ready && told.insert(member.name).inserted && !missing.isEmpty {
                tell("  \(member.name) is ready")
            }
            missing = try await whatIsMissing(fleet)
            if missing.isEmpty { return }
            for member in fleet.members where member.phase != .ready { told.remove(member.name) }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CommandFault(
            "after \(patience.components.seconds) s still missing: \(missing.joined(separator: ", ")); logs are in \(layout.logs)")
    }

    private func whatIsMissing(_ fleet: Fleet) async throws -> [String] {
        let late = fleet.members.filter { $0.phase != .ready }.map { member in
            member.lastFault.map { "\(member.name) (crashed \(member.restarts) times: \($0))" } ?? member.name
        }
        guard late.isEmpty, fleet.isSettled(fleet.programs) else { return late + (late.isEmpty ? ["instances that come or go"] : []) }
        let view = PrivateFile.json(GatewayView.self, at: layout.gatewayView)
        let unrouted = fleet.members.filter { member in member.port.map { view?.isRouted(member.name, port: $0) != true } ?? false }
        guard unrouted.isEmpty else { return unrouted.map { $0.name + " in the gateway" } }
        let request = ClientRequest("GET", Path("v1", "identity", "session"), deadline: .after(.seconds(5)))
        let status = try? await MeshCalls(layout: layout).send(request, to: .identity).status
        return status == 200 ? [] : ["the administrator's key at the gateway (\(status.map { "status \($0)" } ?? "no answer"))"]
    }
}
