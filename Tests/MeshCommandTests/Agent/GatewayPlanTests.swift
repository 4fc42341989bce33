import Contracts
import Testing

@testable import MeshCommand

@Suite("Plan for the gateway")
struct GatewayPlanTests {
    private func state(_ name: String, port: Int = 20_001, _ status: String = "UP", sessions: Int = 0) -> GatewayServerState {
        GatewayServerState(service: "inference", name: name, port: port, status: status, sessions: sessions, queued: 0)
    }

    @Test("nothing is said when all is as it should be", arguments: ["UP", "UP 1/2", "DOWN", "DOWN 1/2"])
    func quiet(status: String) {
        #expect(
            GatewayPlan.commands(from: [state("inference-1", status)], to: [.init(service: .inference, name: "inference-1", port: 20_001)])
                .isEmpty)
    }

    @Test("a new instance is added with its checks and enabled")
    func arrival() {
        let commands = GatewayPlan.commands(from: [], to: [.init(service: .inference, name: "inference-2", port: 20_002)])

        #expect(
            commands == [
                "add server inference/inference-2 127.0.0.1:20002 id 2 \(GatewayServer.checks)", "enable health inference/inference-2",
                "enable server inference/inference-2",
            ])
    }

    @Test("one that drains gets no more requests; one that drains and is unknown is not added")
    func draining() {
        let leaving = GatewayServer(service: .inference, name: "inference-1", port: 20_001, isDraining: true)

        #expect(GatewayPlan.commands(from: [state("inference-1")], to: [leaving]) == ["set server inference/inference-1 state drain"])
        #expect(GatewayPlan.commands(from: [state("inference-1", "DRAIN")], to: [leaving]).isEmpty)
        #expect(GatewayPlan.commands(from: [], to: [leaving]).isEmpty)
    }

    @Test("one that stays after all is made ready, one that moved gets its new address")
    func changes() {
        let server = GatewayServer(service: .inference, name: "inference-1", port: 20_009)

        #expect(
            GatewayPlan.commands(from: [state("inference-1", "MAINT")], to: [server]) == [
                "set server inference/inference-1 addr 127.0.0.1 port 20009", "set server inference/inference-1 state ready",
            ])
    }

    @Test("one that is gone is taken out of work before it is deleted")
    func departure() {
        #expect(
            GatewayPlan.commands(from: [state("inference-1", "DRAIN"), state("inference-3", "MAINT")], to: []) == [
                "set server inference/inference-1 state maint", "del server inference/inference-1", "del server inference/inference-3",
            ])
    }

    @Test("HAProxy's statistics are read by the names of their columns, with commas in quotes")
    func parses() {
        let stat = """
            # pxname,svname,qcur,scur,status,type,check_desc,addr,
            inference,inference-1,2,5,UP,2,"Layer7, fine",127.0.0.1:20001,
            inference,BACKEND,0,0,UP,1,,,
            """

        #expect(
            GatewayServerState.parse(stat: stat) == [
                GatewayServerState(service: "inference", name: "inference-1", port: 20_001, status: "UP", sessions: 5, queued: 2)
            ])
    }
}
