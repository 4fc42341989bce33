import Contracts
import Foundation

/// What commands ask of the supervisor.
extension Supervisor {
    /// Answers one request; progress and the end go to `tell`.
    func handle(_ request: ControlRequest, tell: @escaping @Sendable (ControlReply) -> Void) async {
        let number = nextListener
        nextListener += 1
        if request.command != .status { listeners[number] = { tell(ControlReply(progress: $0)) } }
        defer { listeners[number] = nil }
        do {
            switch request.command {
            case .status: break
            case .scale: try await scale(request.counts ?? [:])
            case .restart: try await restart(request.programs ?? [])
            case .down: await down()
            }
            tell(ControlReply(fleet: fleet, isDone: true))
        } catch {
            tell(ControlReply(fault: "\(error)", isDone: true))
        }
    }

    private func scale(_ counts: [String: Int]) async throws {
        for (name, count) in counts {
            guard let service = ServiceName(rawValue: name), ServiceName.serving.contains(service) else {
                throw CommandFault("There is no service '\(name)'; services are \(Self.serviceList)")
            }
            guard (1...64).contains(count) else { throw CommandFault("\(name) needs between 1 and 64 instances, not \(count)") }
        }
        fleet.desired.merge(counts) { $1 }
        try await settle(counts.keys.compactMap(Program.init(name:)))
    }

    private func restart(_ names: [String]) async throws {
        let programs = try names.map { name in
            if let program = Program(name: name) { return program }
            throw CommandFault(
                "There is no program '\(name)'; programs are \(Self.serviceList), gateway-public, gateway-internal, gateway-agent")
        }
        perform(fleet.restart(programs, at: .now), .now)
        try await settle(programs)
        let broken = fleet.members.filter { programs.contains($0.program) && $0.lastFault != nil && $0.phase != .ready }
        if !broken.isEmpty { throw CommandFault("\(broken.map(\.name).joined(separator: ", ")) did not come up") }
    }

    private func down() async {
        fleet.isLeaving = true
        while !fleet.members.isEmpty { try? await Task.sleep(for: Self.pace) }
    }

    /// Waits until the programs are as they should be, routed by the gateway and with nothing left to drain.
    private func settle(_ programs: [Program]) async throws {
        // As long as a drain may take for each instance, and a start.
        for _ in 0..<3_000 {
            try await Task.sleep(for: Self.pace)
            guard fleet.isSettled(programs) else { continue }
            let view = PrivateFile.json(GatewayView.self, at: layout.gatewayView)
            let own = fleet.members.filter { programs.contains($0.program) }
            if own.allSatisfy({ member in member.port.map { view?.isRouted(member.name, port: $0) == true } ?? true }) { return }
        }
        throw CommandFault("not settled after five minutes; mesh status shows what is missing")
    }

    private static var serviceList: String { ServiceName.serving.map(\.rawValue).joined(separator: ", ") }
}
