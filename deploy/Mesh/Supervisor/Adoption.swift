import Foundation

/// What a new supervisor does with what the last one left.
enum Adoption {
    /// The fleet with the processes that still run, and those that belong to nobody.
    ///
    /// A process found by its marks counts for the member of its name, even when the last supervisor died before it wrote the
    /// process down. Members whose process is gone are started again.
    static func adopt(_ record: Fleet, found: [ProcessTable.Found], at now: Date) -> (fleet: Fleet, orphans: [ProcessIdentity]) {
        var fleet = record
        var orphans: [ProcessIdentity] = []
        for index in fleet.members.indices {
            var member = fleet.members[index]
            let own = found.filter { $0.name == member.name }
            let kept = own.first { $0.process == member.process } ?? own.max { $0.process.startTime < $1.process.startTime }
            orphans += own.filter { $0 != kept }.map(\.process)
            guard let kept else {
                // It may have ended long ago, so this is no crash that back-off should count.
                member.process = nil
                if member.phase == .starting || member.phase == .ready || member.phase == .restarting { member.enter(.waiting, at: now) }
                member.notBefore = now
                fleet.members[index] = member
                continue
            }
            member.process = kept.process
            member.port = kept.port ?? member.port
            if member.phase == .waiting { member.enter(.starting, at: now) }
            fleet.members[index] = member
        }
        fleet.members.removeAll { $0.process == nil && ($0.phase == .draining || $0.phase == .stopping) }
        let names = Set(fleet.members.map(\.name))
        orphans += found.filter { !names.contains($0.name) }.map(\.process)
        return (fleet, orphans)
    }
}
