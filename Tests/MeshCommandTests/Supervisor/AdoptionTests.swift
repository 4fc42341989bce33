import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("Adoption by a new supervisor")
struct AdoptionTests {
    private let now = Date(timeIntervalSince1970: 9_000)

    private func settled() -> Fleet {
        var driver = FleetDriver(Dictionary(uniqueKeysWithValues: ServiceName.serving.map { ($0, 1) }))
        driver.settle()
        return driver.fleet
    }

    private func found(_ fleet: Fleet) -> [ProcessTable.Found] {
        fleet.members.compactMap { member in member.process.map { .init(name: member.name, process: $0, port: member.port) } }
    }

    @Test("a fleet whose processes all run is taken as it is")
    func everythingRuns() {
        let record = settled()

        let (fleet, orphans) = Adoption.adopt(record, found: found(record), at: now)

        #expect(fleet == record)
        #expect(orphans.isEmpty)
    }

    @Test("a process that ended meanwhile is started again without back-off")
    func oneIsGone() {
        let record = settled()
        let rest = found(record).filter { $0.name != "dataset-1" }

        let (fleet, _) = Adoption.adopt(record, found: rest, at: now)

        let member = fleet.members.first { $0.name == "dataset-1" }
        #expect(member?.phase == .waiting)
        #expect(member?.process == nil)
        #expect(member?.notBefore == now)
    }

    @Test("a process that was started but never written down is found by its marks")
    func notWrittenDown() {
        var record = settled()
        record.change("dataset-1") {
            $0.process = nil
            $0.port = nil
            $0.phase = .waiting
        }
        let stray = ProcessTable.Found(name: "dataset-1", process: ProcessIdentity(pid: 777, startTime: 5), port: 20_777)

        let (fleet, orphans) = Adoption.adopt(record, found: found(record) + [stray], at: now)

        let member = fleet.members.first { $0.name == "dataset-1" }
        #expect(member?.process == stray.process)
        #expect(member?.port == 20_777)
        #expect(member?.phase == .starting)
        #expect(orphans.isEmpty)
    }

    @Test("a process that no member stands for, or a second one of a member, is an orphan")
    func orphans() {
        let record = settled()
        let unknown = ProcessTable.Found(name: "trainer-9", process: ProcessIdentity(pid: 800, startTime: 1))
        let second = ProcessTable.Found(name: "trainer-1", process: ProcessIdentity(pid: 801, startTime: 9))

        let (fleet, orphans) = Adoption.adopt(record, found: found(record) + [unknown, second], at: now)

        #expect(fleet == record)
        #expect(Set(orphans) == [unknown.process, second.process])
    }

    @Test("a pid that belongs to another process now is not taken for the member's")
    func pidWasReused() {
        let record = settled()

        let (fleet, _) = Adoption.adopt(record, found: [], at: now)

        #expect(fleet.members.allSatisfy { $0.process == nil && $0.phase == .waiting })
    }

    @Test("what drained when the last supervisor died and has ended since is forgotten")
    func drained() {
        var record = settled()
        record.change("labeling-1") { $0.phase = .draining }
        let rest = found(record).filter { $0.name != "labeling-1" }

        let (fleet, _) = Adoption.adopt(record, found: rest, at: now)

        #expect(!fleet.members.contains { $0.name == "labeling-1" })
    }
}
