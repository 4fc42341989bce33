import Contracts
import Foundation

@testable import MeshCommand

/// Plays the processes and the gateway to a fleet, without any: what it is told to start runs, what it is told to end ends.
struct FleetDriver {
    var fleet: Fleet
    var now = Date(timeIntervalSince1970: 1_000)
    var running: [ProcessIdentity: String] = [:]
    var ready: Set<String> = []
    var routed: Set<String> = []
    var drained: Set<String> = []
    var crashed: [ProcessIdentity: String] = [:]
    /// Members whose processes crash as soon as they start.
    var broken: Set<String> = []
    var told: [String] = []
    var started: [String] = []
    private var nextPID: Int32 = 100

    init(_ desired: [ServiceName: Int]) {
        fleet = Fleet(desired: desired)
    }

    /// One step of the plan, its actions carried out at once. `seconds` pass before.
    @discardableResult
    mutating func step(after seconds: TimeInterval = 0.1) -> [FleetAction] {
        now += seconds
        var sightings: [String: Sighting] = [:]
        for member in fleet.members {
            guard let process = member.process else { continue }
            sightings[member.name] = Sighting(
                isAlive: running[process] != nil, ending: crashed[process], isReady: ready.contains(member.name),
                isRouted: routed.contains(member.name), isDrained: drained.contains(member.name))
        }
        let actions = fleet.advance(sightings, at: now)
        for action in actions { carryOut(action) }
        return actions
    }

    /// Steps until nothing happens any more, with every process ready and routed, and everything that drains drained.
    mutating func settle() {
        for _ in 0..<200 {
            ready.formUnion(fleet.members.map(\.name))
            routed = ready
            drained = Set(fleet.members.filter { $0.phase == .draining }.map(\.name))
            let before = fleet
            step()
            if fleet == before { return }
        }
    }

    mutating func crash(_ name: String, _ ending: String = "signal 9") {
        guard let process = fleet.members.first(where: { $0.name == name })?.process else { return }
        running[process] = nil
        crashed[process] = ending
        ready.remove(name)
    }

    func member(_ name: String) -> Member? { fleet.members.first { $0.name == name } }

    func names(_ service: ServiceName) -> Set<String> {
        Set(fleet.members.filter { $0.program == .service(service) }.map(\.name))
    }

    private mutating func carryOut(_ action: FleetAction) {
        switch action {
        case .start(let name):
            nextPID += 1
            let process = ProcessIdentity(pid: nextPID, startTime: 1)
            started.append(name)
            fleet.started(name, process, port: 20_000 + Int(nextPID), at: now)
            if broken.contains(name) { crashed[process] = "exit status 3" } else { running[process] = name }
        case .terminate(let process, _), .kill(let process): running[process] = nil
        case .reload: break
        case .tell(let text): told.append(text)
        }
    }
}
