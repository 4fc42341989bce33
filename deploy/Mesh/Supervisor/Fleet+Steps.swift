import Contracts
import Foundation

/// The parts of one step of the plan.
extension Fleet {
    /// Takes in what was seen of one member.
    mutating func observe(_ name: String, _ seen: Sighting, _ now: Date, _ actions: inout [FleetAction]) {
        guard let member = members.first(where: { $0.name == name }), member.phase != .waiting else { return }
        guard seen.isAlive else {
            ended(member, seen.ending ?? "it ended", now, &actions)
            return
        }
        if member.phase == .starting, seen.isReady {
            change(name) { $0.enter(.ready, at: now) }
            actions.append(.tell("\(name) is ready"))
        } else if member.phase == .ready, member.crashes > 0, now.timeIntervalSince(member.since) > Backoff.forgetsAfter {
            change(name) { $0.crashes = 0 }
        }
    }

    private mutating func ended(_ member: Member, _ ending: String, _ now: Date, _ actions: inout [FleetAction]) {
        switch member.phase {
        case .draining, .stopping:
            members.removeAll { $0.name == member.name }
            renewing.removeAll { $0 == member.name }
            actions.append(.tell("\(member.name) has stopped"))
        case .restarting:
            change(member.name) {
                $0.process = nil
                $0.notBefore = now
                $0.enter(.waiting, at: now)
            }
        case .waiting, .starting, .ready:
            if isLeaving {
                members.removeAll { $0.name == member.name }
                return
            }
            change(member.name) { Self.crash(&$0, ending, now) }
            let delay = Backoff.delay(crash: member.crashes + 1).formatted(.number.precision(.fractionLength(1)))
            actions.append(.tell("\(member.name) crashed (\(ending)); it starts again in \(delay) s"))
        }
    }

    /// Adds what is missing and takes leave of what is too much.
    mutating func converge(_ now: Date, _ actions: inout [FleetAction]) {
        for program in programs {
            let staying = members.filter { $0.program == program && $0.isStaying }
            let wanted = wanted(program)
            for _ in staying.count..<max(wanted, staying.count) { add(program, now) }
            guard staying.count > wanted else { continue }
            // Those that serve stay longest, then those with the lowest numbers.
            let order = staying.sorted { ($0.phase == .ready ? 0 : 1, $0.number) < ($1.phase == .ready ? 0 : 1, $1.number) }
            for member in order[wanted...] { retire(member, now, &actions) }
            // A replacement of one that leaves anyway has nothing to replace.
            let leaving = Set(order[wanted...].map(\.name))
            for member in members where member.replaces.map(leaving.contains) == true { retire(member, now, &actions) }
        }
    }

    /// Moves rolling restarts on: the next replacement starts when the last one serves and the old one is on its way out.
    mutating func renew(_ sightings: [String: Sighting], _ now: Date, _ actions: inout [FleetAction]) {
        for member in members {
            guard let old = member.replaces else { continue }
            if member.crashes >= Self.hopelessCrashes {
                renewing.removeAll { name in members.contains { $0.name == name && $0.program == member.program } }
                retire(member, now, &actions)
                actions.append(
                    .tell("\(member.name) does not come up; \(old) stays, and the restart of \(member.program.name) is given up"))
            } else if member.phase == .ready, sightings[member.name]?.isRouted != true {
                // Without the old one nobody would serve, so it stays for as long as this takes.
                guard now.timeIntervalSince(member.since) > Self.longestRouting, member.lastFault != Self.notRouted else { continue }
                change(member.name) { $0.lastFault = Self.notRouted }
                actions.append(.tell("\(member.name) serves, but \(Self.notRouted); \(old) stays until they do"))
            } else if member.phase == .ready {
                change(member.name) { member in
                    member.replaces = nil
                    if member.lastFault == Self.notRouted { member.lastFault = nil }
                }
                renewing.removeAll { $0 == old }
                if let leaving = members.first(where: { $0.name == old }) { retire(leaving, now, &actions) }
            }
        }
        renewing.removeAll { name in !members.contains { $0.name == name && $0.isStaying } }
        for program in programs {
            let own = members.filter { $0.program == program }
            let isBusy = own.contains { $0.replaces != nil || $0.phase == .draining || $0.phase == .stopping }
            if !isBusy, let next = own.first(where: { renewing.contains($0.name) }) { add(program, now, replaces: next.name) }
        }
    }

    /// Starts what waits. Identity comes first: the others ask it for their tokens.
    mutating func start(_ now: Date, _ actions: inout [FleetAction]) {
        let isIdentityUp = members.contains { $0.program == .service(.identity) && $0.phase == .ready }
        for member in members where member.phase == .waiting && member.notBefore <= now {
            let waitsForIdentity = member.program.service != nil && member.program != .service(.identity) && member.restarts == 0
            if isIdentityUp || !waitsForIdentity { actions.append(.start(member.name)) }
        }
    }

    /// Stops everything, stage by stage.
    mutating func leave(_ now: Date, _ actions: inout [FleetAction]) {
        members.removeAll { $0.phase == .waiting }
        guard let stage = members.map(\.program.stopStage).min() else { return }
        for member in members where member.program.stopStage == stage && member.phase != .stopping {
            change(member.name) { $0.enter(.stopping, at: now) }
            if let process = member.process { actions.append(.terminate(process, member.program)) }
        }
    }

    /// Ends what has drained, and kills what does not end.
    mutating func endSlowOnes(_ sightings: [String: Sighting], _ now: Date, _ actions: inout [FleetAction]) {
        for member in members {
            guard let process = member.process else { continue }
            let age = now.timeIntervalSince(member.since)
            switch member.phase {
            case .draining where sightings[member.name]?.isDrained == true || age > Self.longestDrain:
                change(member.name) { $0.enter(.stopping, at: now) }
                actions.append(.terminate(process, member.program))
            case .stopping where age > Self.longestStop, .restarting where age > Self.longestStop:
                actions.append(.kill(process))
            default: break
            }
        }
    }

    /// Takes a member out: one that serves drains first.
    private mutating func retire(_ member: Member, _ now: Date, _ actions: inout [FleetAction]) {
        guard let process = member.process, member.phase != .waiting else {
            members.removeAll { $0.name == member.name }
            return
        }
        if member.phase == .ready {
            change(member.name) { $0.enter(.draining, at: now) }
            actions.append(.tell("\(member.name) drains"))
        } else if member.phase != .draining, member.phase != .stopping {
            change(member.name) { $0.enter(.stopping, at: now) }
            actions.append(.terminate(process, member.program))
        }
    }

    private mutating func add(_ program: Program, _ now: Date, replaces: String? = nil) {
        let used = Set(members.filter { $0.program == program }.map(\.number))
        let number = (1...).first { !used.contains($0) } ?? 1
        let name = program.service == nil ? program.name : "\(program.name)-\(number)"
        members.append(Member(program, name: name, at: now, replaces: replaces))
    }
}
