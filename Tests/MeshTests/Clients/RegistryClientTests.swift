import Contracts
import Foundation
import MeshClient
import ServiceTestSupport
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Clients {
    private static let mlflow = Checkout.root.path + "/.mesh/clients/mlflow/bin/python"

    @Test(
        "MLflow's own client logs, registers, fetches and is refused by a gate through the gateway, under its path",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: mlflow),
            "run deploy/scripts/clients.sh mlflow"))
    func registryClient() async throws {
        try await RealMesh.run(instances: 1) { mesh in
            let made = try await mesh.command(
                "key", "create", "registry", "--team", DemoCast.team, "--role", "engineer", "--json")
            let key = try WireJSON.decode(APIKey.self, from: Data(made.utf8))
            var manifest = EchoModel.types.manifest(team: DemoCast.team, callers: []).objectValue ?? [:]
            manifest["tests"] = [
                ["name": "answers", "kind": "metric", "metric": "accuracy", "atLeast": 0]
            ]
            let path = Path("v1", "registry", "capabilities", EchoModel.types.name)
            let _: CapabilityRecord = try await mesh.administrator().put(path, JSONValue.object(manifest))

            let output = try await Shell.run(
                Self.mlflow, ["-B", Checkout.root.path + "/Tests/Clients/mlflow_registry.py"],
                environment: [
                    "MLFLOW_TRACKING_URI": try mesh.record.gatewayURL + "/mlflow",
                    "MLFLOW_TRACKING_TOKEN": key.secret ?? "",
                    "MLFLOW_DISABLE_TELEMETRY": "true", "MESH_CAPABILITY": EchoModel.types.name,
                ])
            // What the client itself prints comes before.
            let seen = try WireJSON.decode(
                JSONValue.self, from: Data((output.split(separator: "\n").last ?? "").utf8))
            #expect(seen["failed"] == [])
            #expect(seen["passed"]?.arrayValue?.count == 52)
        }
    }
}
