import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("The supervisor's plan")
struct FleetTests {
    static let everyService = Dictionary(uniqueKeysWithValues: ServiceName.serving.map { ($0, 1) })

    @Test("identity starts before the other services, which then start at once")
    func identityFirst() {
        var driver = FleetDriver(Self.everyService)

        driver.step()
        let first = Set(driver.started)
        driver.ready = ["identity-1"]
        driver.step()

        #expect(first == ["gateway-agent", "gateway-internal", "gateway-public", "identity-1"])
        #expect(Set(driver.started) == first.union(ServiceName.serving.map { $0.rawValue + "-1" }))
    }

    @Test("a fleet settles with what was asked for, and then nothing happens")
    func settles() {
        var driver = FleetDriver(Self.everyService.merging([.inference: 3]) { $1 })

        driver.settle()

        let more = driver.step()
        #expect(driver.names(.inference) == ["inference-1", "inference-2", "inference-3"])
        #expect(driver.fleet.isSettled(driver.fleet.programs))
        #expect(more.isEmpty)
    }

    @Test("a crashed process starts again after its back-off and not before, at the place it had")
    func crash() {
        var driver = FleetDriver(Self.everyService)
        driver.settle()
        driver.started = []

        driver.crash("trainer-1", "exit status 1")
        driver.step()
        driver.step(after: 0.05)
        let early = driver.started
        driver.step(after: 0.1)

        #expect(early.isEmpty)
        #expect(driver.started == ["trainer-1"])
        #expect(driver.told.contains("trainer-1 crashed (exit status 1); it starts again in 0.1 s"))
        #expect(driver.member("trainer-1")?.restarts == 1)
    }

    @Test("crashes are forgotten after a minute of health")
    func forgetsCrashes() {
        var driver = FleetDriver(Self.everyService)
        driver.settle()
        driver.crash("monitor-1")
        driver.step()
        driver.settle()
        #expect(driver.member("monitor-1")?.crashes == 1)

        driver.step(after: Backoff.forgetsAfter + 1)

        #expect(driver.member("monitor-1")?.crashes == 0)
        #expect(driver.member("monitor-1")?.restarts == 1)
    }

    @Test("scaling down drains those with the highest numbers, and stops them once they are drained")
    func scaleDown() {
        var driver = FleetDriver(Self.everyService.merging([.inference: 3]) { $1 })
        driver.settle()
        driver.fleet.desired["inference"] = 1

        driver.step()
        let draining = driver.fleet.members.filter { $0.phase == .draining }.map(\.name)
        driver.step(after: 10)
        let isStillThere = driver.names(.inference).count == 3
        driver.settle()

        #expect(Set(draining) == ["inference-2", "inference-3"])
        #expect(isStillThere)
        #expect(driver.names(.inference) == ["inference-1"])
    }

    @Test("an instance that never drains is stopped when its longest request must be over, and killed when it does not end")
    func stubborn() {
        var driver = FleetDriver(Self.everyService.merging([.labeling: 2]) { $1 })
        driver.settle()
        driver.fleet.desired["labeling"] = 1
        driver.drained = []
        driver.step()
        let process = driver.member("labeling-2")?.process

        let stop = driver.step(after: Fleet.longestDrain + 1)
        // It does not care.
        driver.running[process ?? ProcessIdentity(pid: 0, startTime: 0)] = "labeling-2"
        let kill = driver.step(after: Fleet.longestStop + 1)

        #expect(stop.contains(.terminate(process ?? ProcessIdentity(pid: 0, startTime: 0), .service(.labeling))))
        #expect(kill.contains(.kill(process ?? ProcessIdentity(pid: 0, startTime: 0))))
    }

    @Test("everything stops in order: gateway, services, identity and monitor, internal gateway")
    func leaves() {
        var driver = FleetDriver(Self.everyService)
        driver.settle()
        driver.fleet.isLeaving = true
        var stages: [Set<Int>] = []

        while !driver.fleet.members.isEmpty {
            let actions = driver.step()
            let ending = actions.compactMap { if case .terminate(_, let program) = $0 { program.stopStage } else { nil } }
            if !ending.isEmpty { stages.append(Set(ending)) }
        }

        #expect(stages == [[0], [1], [2], [3]])
    }

    @Test("a process that crashes while everything stops is not started again")
    func leavesForGood() {
        var driver = FleetDriver(Self.everyService)
        driver.settle()
        driver.started = []
        driver.crash("dataset-1")
        driver.fleet.isLeaving = true

        for _ in 0..<20 { driver.step() }

        #expect(driver.fleet.members.isEmpty)
        #expect(driver.started.isEmpty)
    }
}
