import Contracts
import Foundation

/// The plan of the supervisor as a value: what should run, what runs, and what to do next. It reads no clock and touches no process.
struct Fleet: Sendable, Hashable, Codable {
    /// How long an instance may go on with old requests before it is stopped all the same. Longer than the longest deadline.
    static let longestDrain: TimeInterval = 65
    /// How long a process may take to end once asked.
    static let longestStop: TimeInterval = 25
    /// A replacement that crashes this often shows that the program itself is broken: the old instance stays.
    static let hopelessCrashes = 3
    /// Seconds after which it is told that the gateways pass a new instance over.
    static let longestRouting: TimeInterval = 5
    static let notRouted = "the gateways give it no requests"

    /// Instances wanted of each service.
    var desired: [String: Int]
    var members: [Member] = []
    /// Names of members that a rolling restart has yet to replace, in order.
    var renewing: [String] = []
    /// Everything is to end.
    var isLeaving = false

    init(desired: [ServiceName: Int]) {
        self.desired = [:]
        for (service, count) in desired { self.desired[service.rawValue] = count }
    }

    /// Compares what was seen with what is wanted, and says what to do.
    mutating func advance(_ sightings: [String: Sighting], at now: Date) -> [FleetAction] {
        var actions: [FleetAction] = []
        for name in members.map(\.name) { observe(name, sightings[name] ?? Sighting(isAlive: false), now, &actions) }
        if isLeaving {
            leave(now, &actions)
        } else {
            converge(now, &actions)
            renew(sightings, now, &actions)
            start(now, &actions)
        }
        endSlowOnes(sightings, now, &actions)
        return actions
    }

    /// Notes that a process was started for a member.
    mutating func started(_ name: String, _ process: ProcessIdentity, port: Int?, at now: Date) {
        change(name) {
            $0.process = process
            $0.port = port
            $0.enter(.starting, at: now)
        }
    }

    /// Notes that a member could not be started.
    mutating func failedToStart(_ name: String, _ reason: String, at now: Date) {
        change(name) { Self.crash(&$0, reason, now) }
    }

    /// Replaces every running instance of these programs, one after the other; the gateway reads its configuration again,
    /// the gateway agent is simply started again.
    mutating func restart(_ programs: [Program], at now: Date) -> [FleetAction] {
        var actions: [FleetAction] = []
        for member in members where programs.contains(member.program) && member.isStaying {
            switch (member.program, member.process) {
            case (.service, _): if !renewing.contains(member.name) { renewing.append(member.name) }
            case (.gateway, let process?): actions.append(.reload(process))
            case (.agent, let process?):
                change(member.name) { $0.enter(.restarting, at: now) }
                actions.append(.terminate(process, member.program))
            case (_, nil): break
            }
        }
        return actions
    }

    /// Whether everything that was asked of these programs is done: the wanted number is ready, nothing comes or goes.
    func isSettled(_ programs: [Program]) -> Bool {
        programs.allSatisfy { program in
            let own = members.filter { $0.program == program }
            return own.count == wanted(program) && own.allSatisfy { $0.phase == .ready && $0.replaces == nil }
                && !own.contains { renewing.contains($0.name) }
        }
    }

    /// Every program that should run.
    var programs: [Program] { Program.singles + ServiceName.serving.map(Program.service) }

    func wanted(_ program: Program) -> Int {
        program.service.map { desired[$0.rawValue] ?? 0 } ?? 1
    }

    mutating func change(_ name: String, _ body: (inout Member) -> Void) {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return }
        body(&members[index])
    }

    static func crash(_ member: inout Member, _ reason: String, _ now: Date) {
        member.crashes += 1
        member.restarts += 1
        member.lastFault = reason
        member.process = nil
        member.enter(.waiting, at: now)
        member.notBefore = now + Backoff.delay(crash: member.crashes)
    }
}
