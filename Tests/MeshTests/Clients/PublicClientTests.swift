import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests {
    /// Clients that others wrote for the protocols that we serve, against a real mesh, from outside of it.
    @Suite
    struct Clients {}
}

extension MeshTests.Clients {
    @Test(
        "stock clients work: Triton's and KServe's for the Open Inference Protocol, OpenFeature's for OFREP, OAuth's for client credentials",
        .enabled(if: PublicClient.areInstalled(), "no clients in .mesh/clients: run deploy/scripts/clients.sh"))
    func publicClients() async throws {
        try await RealMesh.run(instances: 1) { mesh in
            let (champion, experiment) = try await DemoPatience.$stretch.withValue(6) {
                var sample = try await SampleModel(state: mesh.layout.state)
                let champion = try await sample.serve()
                return (champion, try await sample.compare(recipe: Demo.challengerRecipe))
            }
            let made = try await mesh.command("key", "create", "client", "--team", DemoCast.productTeam, "--json")
            let key = try WireJSON.decode(APIKey.self, from: Data(made.utf8))
            let environment = [
                "MESH_URL": try mesh.record.gatewayURL, "MESH_KEY_ID": key.id, "MESH_KEY": key.secret ?? "", "MESH_MODEL": SampleModel.name,
            ]

            // It waits until the router splits; from then on a user meets one version.
            let openfeature = try await PublicClient.openfeature.run(environment)
            let digits = try await PublicClient.digits.run(environment)
            let oauth = try await PublicClient.oauth.run(environment)
            try await everyMethod(on: mesh)

            try check(digits: digits, versions: Set(experiment.variants.map { String($0.version) }), champion: champion)
            try check(openfeature: openfeature, experiment)
            try check(oauth: oauth, key)
        }
    }

    /// Runs the clients that know every route of the protocol, with a key that may do all that they ask.
    private func everyMethod(on mesh: RealMesh) async throws {
        let key = try await PublishedEcho(model: .types, mesh: mesh).publish()
        let environment = ["MESH_URL": try mesh.record.gatewayURL, "MESH_KEY": key, "MESH_TYPES": EchoModel.types.name]
        for client in Self.protocolClients {
            let report = try await client.check(environment)
            #expect(report.failed == [])
            #expect(report.passed.count > (client == .kserve ? 17 : 62), "\(client): \(report.passed.count) checks")
        }
    }

    private func check(digits triton: JSONValue, versions: Set<String>, champion: ModelVersion) throws {
        let digits = try DemoDigits.sample().wild.prefix(50).map { JSONValue.integer(Int64($0.digit)) }
        #expect(triton["live"] == .bool(true) && triton["ready"] == .bool(true))
        #expect(triton["server"]?["name"] == .string("mlmesh"))
        #expect(triton["metadata"]?["inputs"]?.arrayValue?.first?["name"] == .string("pixels"))
        #expect(triton["metadata"]?["platform"] == .string("onnx_onnxv1"))
        #expect(triton["index"]?.arrayValue?.contains { $0["version"] == .string(String(champion.version)) } == true)
        // The same answers whether tensors go as JSON or as bytes, and nearly all of them right.
        let labels = try #require(triton["json"]?["labels"]?.arrayValue)
        #expect(triton["binary"]?["labels"]?.arrayValue == labels)
        #expect(zip(labels, digits).count { $0 == $1 } >= 40, "\(labels)")
        #expect(triton["binary"]?["shape"] == [50, 10])
        #expect(triton["binary"]?["sums"] == .bool(true), "probabilities sum to 1")
        #expect(versions.contains(triton["binary"]?["version"]?.stringValue ?? ""))
        #expect(triton["pinned"]?["version"] == .string(String(champion.version)))
        #expect(triton["wrongShape"]?["status"]?.stringValue?.contains("400") == true, "\(triton["wrongShape"] ?? .null)")
        #expect(triton["unknown"]?["status"]?.stringValue?.contains("404") == true, "\(triton["unknown"] ?? .null)")
        #expect(triton["noKey"]?["status"]?.stringValue?.contains("401") == true, "\(triton["noKey"] ?? .null)")
    }

    private func check(openfeature: JSONValue, _ experiment: Experiment) throws {
        let users = try #require(openfeature["users"]?.arrayValue)
        let variants = users.compactMap { $0["variant"]?.stringValue }
        let names = Set(experiment.variants.map(\.name))
        #expect(users.count == 200 && variants.count == 200)
        #expect(Set(variants) == names, "both arms, and nothing else")
        #expect(users.allSatisfy { $0["reason"] == .string("SPLIT") })
        #expect(users.allSatisfy { $0["value"] == $0["variant"] })
        // Half of the units, with five standard deviations of a share over 200 to either side.
        #expect(abs(variants.count { $0 == "challenger" } - 100) < 36)
        #expect(openfeature["again"] == openfeature["users"], "a unit meets the same variant again")
        #expect(openfeature["unknown"]?["error"] == .string("FLAG_NOT_FOUND"))
        #expect(openfeature["unknown"]?["value"] == .string("fallback"))
    }

    private func check(oauth: JSONValue, _ key: APIKey) throws {
        for way in ["basic", "form"] {
            let token = try #require(oauth[way], "\(way)")
            #expect(token["type"]?.stringValue?.lowercased() == "bearer")
            #expect(token["scope"] == ["infer", "read"])
            #expect(token["session"]?["subject"] == .string("key:" + key.id))
            #expect(token["session"]?["team"] == .string(DemoCast.productTeam))
        }
        #expect(oauth["verified"]?["sub"] == .string("key:" + key.id), "the published key verifies the token")
        #expect(oauth["verified"]?["iss"] == .string(GatewaySettings.issuer))
        #expect(oauth["wrongSecret"] == .string("invalid_client"))
        #expect(oauth["wrongGrant"] == .string("unsupported_grant_type"))
        #expect(oauth["forged"] == .integer(401), "a token that another key signed")
    }
}
