import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Supervisor with real processes", .serialized)
struct SupervisorTests {
    @Test("a service that is killed starts again at its port, and status says so")
    func serviceCrash() async throws {
        try await TestMesh.run { mesh in
            let before = try await mesh.process("trainer-1")
            kill(before.pid, SIGKILL)

            try await eventually {
                let member = try await mesh.fleet().members.first { $0.name == "trainer-1" }
                return member?.restarts == 1 && member?.phase == .ready ? nil : "\(String(describing: member))"
            }
            let member = try #require(try await mesh.fleet().members.first { $0.name == "trainer-1" })
            #expect(member.lastFault == "signal 9")
            #expect(member.process != before)
            #expect(PrivateFile.text(mesh.layout.log("supervisor"))?.contains("trainer-1 crashed (signal 9)") == true)
        }
    }

    @Test("HAProxy that is killed starts again with the servers it had")
    func gatewayCrash() async throws {
        try await TestMesh.run { mesh in
            try await mesh.client.ask(ControlRequest(command: .scale, counts: ["labeling": 2]))
            for listener in [Listener.public, .internal] { kill(try await mesh.process(listener.program).pid, SIGKILL) }

            try await eventually {
                let answer = try? await mesh.http.send("GET", "/label/")
                return answer?.status == 200 ? nil : "\(answer?.status ?? 0)"
            }
            try await mesh.waitUntilServing()
            let instances = try await mesh.instancesThatAnswer()
            #expect(instances == ["labeling-1", "labeling-2"])
        }
    }

    @Test("a server that has no pool of connections, as one that an earlier agent added, gets one, and no request fails")
    func poolRepair() async throws {
        try await TestMesh.run { mesh in
            let port = try #require(try await mesh.fleet().members.first { $0.name == "trainer-1" }?.port)
            let admin = AdminSocket(path: mesh.layout.adminSocket(.public))
            let pools = { PoolRepair.withoutPool(admin.ask("show servers conn") ?? "") }
            let worker = try #require(admin.worker())
            // Nothing stands in the way of what comes first, and the agent is not asked.
            let agent = try await mesh.process("gateway-agent")
            mesh.whileTheAgentStands(agent) {
                for command in ["set server trainer/trainer-1 state maint", "del server trainer/trainer-1"] { _ = admin.ask(command) }
                let old = "check inter 500ms fall 3 rise 1 observe layer4 error-limit 3 on-error mark-down"
                _ = admin.ask("experimental-mode on; add server trainer/trainer-1 127.0.0.1:\(port) id 1 \(old)")
                _ = admin.ask("enable health trainer/trainer-1; enable server trainer/trainer-1")
                #expect(pools() == ["trainer/trainer-1"])
            }

            let load = try await mesh.underLoad {
                try await eventually(within: .seconds(20)) {
                    let now = admin.worker()
                    return now != nil && now != worker && pools().isEmpty ? nil : "worker \(now ?? 0), without a pool \(pools())"
                }
                try await mesh.waitUntilServing()
            }

            #expect(load.failures.isEmpty, "\(load.failures.prefix(3))")
            let settled = admin.worker()
            #expect(settled != worker)
        }
    }

    @Test("a supervisor that is killed is replaced, and the next one finds every process")
    func supervisorCrash() async throws {
        try await TestMesh.run { mesh in
            let before = try await mesh.fleet().members.map(\.process)
            let supervisor = try #require(mesh.supervisor)
            let load = try await mesh.underLoad {
                supervisor.signal(SIGKILL)
                try await eventually {
                    let next = mesh.supervisor
                    return next != nil && next != supervisor && mesh.client.isSupervised ? nil : "no new supervisor"
                }
                try await mesh.waitUntilServing()
            }

            #expect(try await mesh.fleet().members.map(\.process) == before)
            #expect(load.failures.isEmpty, "\(load.failures.prefix(3))")
        }
    }

    @Test("a process that crashed while there was no supervisor is started by the next one")
    func crashUnseen() async throws {
        try await TestMesh.run { mesh in
            let monitor = try await mesh.process("monitor-1")
            let others = try await mesh.fleet().members.filter { $0.name != "monitor-1" }.map(\.process)
            mesh.supervisor?.signal(SIGKILL)
            monitor.signal(SIGKILL)

            try await mesh.waitUntilServing()

            #expect(try await mesh.process("monitor-1") != monitor)
            #expect(try await mesh.fleet().members.filter { $0.name != "monitor-1" }.map(\.process) == others)
        }
    }

    @Test("scaling up, a rolling restart and scaling down fail no request")
    func noFailedRequest() async throws {
        try await TestMesh.run { mesh in
            let first = try await mesh.processes(.labeling)
            let load = try await mesh.underLoad {
                try await mesh.client.ask(ControlRequest(command: .scale, counts: ["labeling": 3]))
                #expect(try await mesh.processes(.labeling).count == 3)
                try await mesh.client.ask(ControlRequest(command: .restart, programs: ["labeling"]))
                try await mesh.client.ask(ControlRequest(command: .restart, programs: ["gateway-public", "gateway-agent"]))
                try await mesh.client.ask(ControlRequest(command: .scale, counts: ["labeling": 1]))
            }

            let last = try await mesh.processes(.labeling)
            #expect(last.count == 1)
            #expect(Set(last.values).isDisjoint(with: first.values))
            #expect(load.sent > 100)
            #expect(load.failures.isEmpty, "\(load.failures.count) of \(load.sent): \(load.failures.prefix(3))")
        }
    }

    @Test("a request that is under way is answered before its instance goes")
    func drains() async throws {
        try await TestMesh.run { mesh in
            try await mesh.client.ask(ControlRequest(command: .scale, counts: ["labeling": 2]))
            async let slow = withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 { group.addTask { try await mesh.http.send("GET", "/label/slow").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await eventually {
                let view = PrivateFile.json(GatewayView.self, at: mesh.layout.gatewayView)
                let busy = view?.listeners["public"]?.filter { $0.service == "labeling" && $0.sessions > 0 }.count
                return busy == 2 ? nil : "\(busy ?? 0) instances are busy"
            }
            try await mesh.client.ask(ControlRequest(command: .scale, counts: ["labeling": 1]))

            #expect(try await slow == [200, 200, 200, 200])
        }
    }

    @Test("down stops every process, and what was asked for stays for the next start")
    func down() async throws {
        try await TestMesh.run { mesh in
            try await mesh.client.ask(ControlRequest(command: .scale, counts: ["inference": 2]))
            try await mesh.client.ask(ControlRequest(command: .down))

            try await eventually { mesh.client.isSupervised ? "the supervisor is there" : nil }
            #expect(ProcessTable.supervised(state: mesh.layout.state).isEmpty)
            #expect(PrivateFile.json(MeshRecord.self, at: mesh.layout.record)?.instances.isEmpty == true)

            _ = try SupervisorLaunch(layout: mesh.layout, settings: mesh.settings).start()
            try await mesh.waitUntilServing()
            #expect(try await mesh.processes(.inference).count == 2)
        }
    }

    @Test("what cannot be done is refused in words")
    func refusals() async throws {
        try await TestMesh.run { mesh in
            for counts in [["nothing": 2], ["inference": 0], ["gateway-agent": 2]] {
                await #expect(throws: CommandFault.self) { try await mesh.client.ask(ControlRequest(command: .scale, counts: counts)) }
            }
            await #expect(throws: CommandFault.self) { try await mesh.client.ask(ControlRequest(command: .restart, programs: ["nothing"])) }
        }
    }
}

extension TestMesh {
    /// Names of the instances of labeling that answer through the public listener.
    func instancesThatAnswer() async throws -> Set<String> {
        var names: Set<String> = []
        for _ in 0..<50 {
            if let name = try await http.send("GET", "/label/").json["instance"]?.stringValue { names.insert(name) }
        }
        return names
    }
}
