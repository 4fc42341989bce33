import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Commands {
    @Test("status shows each process with what it does: ready, requests a second, quantiles, errors, queue")
    func status() async throws {
        let table = try await mesh.outcome("status", "--seconds", "0.2")
        let words = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

        #expect(table.status == 0)
        let heading = words.first?.joined(separator: " ") ?? ""
        #expect(heading.hasPrefix("SERVICE INSTANCE READY REQ/S P50 MS P99 MS ERRORS QUEUE"), "\(table.output)")
        for service in ServiceName.serving {
            #expect(words.contains { $0.prefix(3) == [service.rawValue, service.rawValue + "-1", "yes"] }, "\(table.output)")
        }
        #expect(words.contains { $0.first == "gateway-public" && $0.contains("yes") })

        let rows = try await rowsUnderLoad()
        let registry = try #require(rows.first { $0.service == "model-registry" })
        let record = try mesh.record
        #expect(registry.requestsPerSecond ?? 0 > 1)
        let (p50, p99) = (try #require(registry.p50Milliseconds), try #require(registry.p99Milliseconds))
        #expect(p50 > 0 && p50 <= p99)
        #expect(registry.errors == 0)
        #expect(registry.queue ?? -1 >= 0)
        #expect(registry.pid == record.instances.first { $0.name == registry.instance }?.pid)
        #expect(registry.url == record.instances.first { $0.name == registry.instance }?.url)
    }

    /// `mesh status --json` while the registry is asked.
    private func rowsUnderLoad() async throws -> [StatusReport.Row] {
        let key = try mesh.record.administratorKey
        let isOver = Recorder(false)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !isOver.value { _ = try await mesh.gateway.send("GET", "/v1/registry/capabilities", token: key) }
            }
            defer { isOver.change { $0 = true } }
            let text = try await mesh.command("status", "--json", "--seconds", "2")
            return try WireJSON.decode([StatusReport.Row].self, from: Data(text.utf8))
        }
    }

    @Test("logs prints so many last lines of a service's log, each a JSON object")
    func logs() async throws {
        let one = try await mesh.outcome("logs", "-n", "1", "model-registry")
        let all = try await mesh.outcome("logs", "-n", "2")

        #expect(one.status == 0)
        let lines = one.output.split(separator: "\n")
        #expect(lines.count == 1)
        let line = try WireJSON.decode(JSONValue.self, from: Data((lines.first ?? "").utf8))
        #expect(line["service"] == .string("model-registry"))
        #expect(all.status == 0)
        for service in ServiceName.serving { #expect(all.output.contains("\(service.rawValue)-1: {"), "\(service.rawValue)") }
        #expect(try await mesh.outcome("logs", "-n", "0", "identity").output.isEmpty)
        let unknown = try await mesh.outcome("logs", "nothing")
        #expect(unknown.status == 1 && unknown.errors.contains("no log of 'nothing'"), "\(unknown)")
    }

    @Test("scale adds an instance that serves, and takes it away again; a number that cannot be is refused")
    func scale() async throws {
        let grown = try await mesh.outcome("scale", "inference=2")
        #expect(grown.status == 0)
        #expect(grown.output == "inference has 2 instances\n")
        #expect(try mesh.record.instances.filter { $0.service == "inference" && $0.isReady }.count == 2)
        let view = try #require(PrivateFile.json(GatewayView.self, at: mesh.layout.gatewayView))
        let members = try await mesh.fleet().members.filter { $0.program.name == "inference" }
        #expect(members.allSatisfy { member in member.port.map { view.isRouted(member.name, port: $0) } == true })

        for (wish, status) in [("inference=0", 1), ("nothing=2", 1), ("inference", 64), ("inference=x", 64)] as [(String, Int32)] {
            #expect(try await mesh.outcome("scale", wish).status == status, "\(wish)")
        }
        let shrunk = try await mesh.outcome("scale", "inference=1")
        #expect(shrunk.status == 0)
        #expect(try mesh.record.instances.filter { $0.service == "inference" }.count == 1)
    }

    @Test("restart replaces the instances of the service that is named, and no other")
    func restart() async throws {
        let before = try mesh.record
        let outcome = try await mesh.outcome("restart", "labeling")
        let after = try mesh.record

        #expect(outcome.status == 0)
        #expect(outcome.output == "restarted: labeling\n")
        func pids(_ record: MeshRecord, _ isOf: (String) -> Bool) -> Set<Int32> {
            Set(record.instances.filter { isOf($0.service) }.map(\.pid))
        }
        #expect(pids(before) { $0 == "labeling" }.isDisjoint(with: pids(after) { $0 == "labeling" }))
        #expect(pids(after) { $0 == "labeling" }.count == 1)
        #expect(pids(before) { $0 != "labeling" } == pids(after) { $0 != "labeling" })
        #expect(try await mesh.outcome("restart", "nothing").status == 1)
    }
}
