import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Commands {
    @Test("up returned when every service answers, and doing it again is quick and changes nothing")
    func up() async throws {
        let before = try mesh.record
        for route in [
            "/v1/registry/capabilities", "/v1/dataset/datasets", "/v1/labeling/projects", "/v1/trainer/runs", "/v1/router/experiments",
        ] {
            let answer = try await mesh.gateway.send("GET", route, token: before.administratorKey)
            #expect(answer.status == 200, "\(route): \(answer.text)")
        }
        let start = ContinuousClock.now
        let again = try await mesh.outcome("up")

        #expect(again.status == 0)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(again.output.contains("The mesh is up: \(before.gatewayURL)"))
        #expect(!again.output.contains(before.administratorKey), "a key is not for the screen")
        #expect(try mesh.record == before, "\(again.errors)")
    }

    @Test("mesh.json is its owner's alone, and tells the gateway, the administrator's key, each instance's URL and process")
    func record() async throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: mesh.layout.record)
        let record = try mesh.record

        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try await mesh.gateway.send("GET", "/v1/identity/session", token: record.administratorKey).status == 200)
        #expect(Set(record.instances.map(\.service)).isSuperset(of: ServiceName.serving.map(\.rawValue)))
        for instance in record.instances {
            #expect(ProcessIdentity.of(pid: instance.pid) != nil, "\(instance.name)")
            guard ServiceName.serving.contains(where: { $0.rawValue == instance.service }) else { continue }
            let port = try #require(instance.url.flatMap { URL(string: $0)?.port }, "\(instance.name) has no URL")
            #expect(try await HTTPProbe(port: port).send("GET", "/healthz").status == 200, "\(instance.name)")
        }
    }

    @Test("down stops everything, and the next up finds the capability, the key and the address again")
    func downAndUp() async throws {
        try await mesh.command("apply", "-f", Manifests.sample)
        let key = try await mesh.command("key", "create", "kept", "--team", "mobile").trimmingCharacters(in: .whitespacesAndNewlines)
        let before = try mesh.record

        let down = try await mesh.outcome("down")
        #expect(down.status == 0)
        #expect(down.output == "The mesh is down.\n")
        #expect(ProcessTable.supervised(state: mesh.layout.state).isEmpty)
        #expect(!PrivateCluster(layout: mesh.layout).isRunning)
        await #expect(throws: (any Error).self) { try await mesh.gateway.send("GET", "/v2/health/live") }
        #expect(try await mesh.outcome("status").status == 3)
        #expect(try await mesh.outcome("down").status == 0, "again does no harm")
        let apply = try await mesh.outcome("apply", "-f", Manifests.sample)
        #expect(apply.status == 1)
        #expect(apply.errors.contains("mesh"), "\(apply.errors)")

        try await mesh.command("up", "--timeout", "300")
        #expect(try mesh.record.gatewayURL == before.gatewayURL)
        #expect(try mesh.record.administratorKey == before.administratorKey)
        #expect(try await mesh.gateway.send("GET", "/v1/identity/session", token: key).status == 200)
        #expect(try await mesh.command("apply", "-f", Manifests.sample).contains("unchanged: revision 1"))
    }

    @Test("the state of a mesh that runs is not deleted")
    func cleanState() async throws {
        let outcome = try await Shell.outcome(CleanStateTests.script, [mesh.layout.state])

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("still runs"))
        #expect(try await mesh.gateway.send("GET", "/v1/identity/session", token: try mesh.record.administratorKey).status == 200)
    }
}
