import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("Rolling restart")
struct RollingRestartTests {
    private func settled(_ count: Int) -> FleetDriver {
        let everyService = Dictionary(uniqueKeysWithValues: ServiceName.serving.map { ($0, 1) })
        var driver = FleetDriver(everyService.merging([.inference: count]) { $1 })
        driver.settle()
        return driver
    }

    @Test("every instance is replaced, and never do fewer serve than before", arguments: [1, 2, 5])
    func replacesAll(count: Int) {
        var driver = settled(count)
        let before = Set(driver.fleet.members.filter { $0.program == .service(.inference) }.compactMap(\.process))
        _ = driver.fleet.restart([.service(.inference)], at: driver.now)
        var fewest = count

        for _ in 0..<200 where !driver.fleet.isSettled([.service(.inference)]) {
            driver.ready.formUnion(driver.started)
            driver.routed = driver.ready
            driver.drained = Set(driver.fleet.members.filter { $0.phase == .draining }.map(\.name))
            driver.step()
            fewest = min(fewest, driver.fleet.members.filter { $0.program == .service(.inference) && $0.phase == .ready }.count)
        }

        let after = Set(driver.fleet.members.filter { $0.program == .service(.inference) }.compactMap(\.process))
        #expect(after.count == count)
        #expect(after.isDisjoint(with: before))
        #expect(fewest == count)
    }

    @Test("the old instance stays until the gateway gives requests to the new one")
    func waitsForTheGateway() {
        var driver = settled(1)
        driver.routed = []
        _ = driver.fleet.restart([.service(.inference)], at: driver.now)
        driver.step()
        driver.ready.insert("inference-2")

        driver.step()
        driver.step()
        let phase = driver.member("inference-1")?.phase
        driver.routed = ["inference-2"]
        driver.step()

        #expect(phase == .ready)
        #expect(driver.member("inference-1")?.phase == .draining)
    }

    @Test("while no gateway knows the new instance the old one stays, however long that takes, and it is told once")
    func noGateway() {
        var driver = settled(1)
        driver.routed = []
        _ = driver.fleet.restart([.service(.inference)], at: driver.now)
        driver.step()
        driver.ready.insert("inference-2")

        for _ in 0..<60 { driver.step(after: 1) }
        let waiting = (driver.member("inference-1")?.phase, driver.member("inference-2")?.lastFault)
        driver.routed = ["inference-2"]
        driver.step()

        #expect(waiting.0 == .ready)
        #expect(waiting.1 == Fleet.notRouted)
        #expect(driver.told.count { $0.contains("inference-1 stays") } == 1)
        #expect(driver.member("inference-1")?.phase == .draining)
        #expect(driver.member("inference-2")?.lastFault == nil)
    }

    @Test("when the new one does not come up, the old one stays and the restart is given up")
    func givesUp() {
        var driver = settled(2)
        let before = driver.names(.inference)
        driver.broken = ["inference-3"]
        _ = driver.fleet.restart([.service(.inference)], at: driver.now)

        for _ in 0..<20 { driver.step(after: 1) }

        #expect(driver.names(.inference) == before)
        #expect(driver.fleet.renewing.isEmpty)
        #expect(driver.told.contains { $0.contains("inference-1 stays") })
    }

    @Test("the gateway reads its configuration again, the agent starts again without counting as crashed")
    func otherPrograms() {
        var driver = settled(1)
        let agent = driver.member("gateway-agent")?.process
        let actions = driver.fleet.restart([.gateway(.public), .agent], at: driver.now)
        for case .terminate(let process, _) in actions { driver.running[process] = nil }
        driver.settle()

        #expect(actions.contains { if case .reload = $0 { true } else { false } })
        #expect(driver.member("gateway-agent")?.process != agent)
        #expect(driver.member("gateway-agent")?.restarts == 0)
        #expect(driver.member("gateway-agent")?.phase == .ready)
    }
}
