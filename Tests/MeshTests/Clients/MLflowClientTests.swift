import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Clients {
    @Test(
        "MLflow's client works through the gateway below a base path, with a key as password and as token",
        .enabled(if: PublicClient.areInstalled([.mlflow]), "run deploy/scripts/clients.sh mlflow"))
    func mlflowClient() async throws {
        try await RealMesh.run(instances: 1, options: ["--base-path", "/ml"]) { mesh in
            let made = try await mesh.command("key", "create", "training", "--team", "documents", "--role", "engineer", "--json")
            let secret = try #require(try WireJSON.decode(APIKey.self, from: Data(made.utf8)).secret)
            let gateway = HTTPProbe(port: try mesh.gateway.port)
            let address = "http://127.0.0.1:\(gateway.port)/ml/mlflow"
            for proof in [["MLFLOW_TRACKING_USERNAME": "anybody", "MLFLOW_TRACKING_PASSWORD": secret], ["MLFLOW_TRACKING_TOKEN": secret]] {
                let environment = proof.merging([
                    "MLFLOW_TRACKING_URI": address, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
                ]) { $1 }
                let seen = try await PublicClient.mlflow.run(environment)
                #expect(seen["failed"] == [], "\(proof.keys.sorted())")
                #expect(seen["passed"]?.arrayValue?.count == 40)
            }
            let stranger = try await gateway.send("GET", "/ml/mlflow/api/2.0/mlflow/experiments/get?experiment_id=0")
            #expect(stranger.status == 401)
            #expect(stranger.json["error_code"] == "UNAUTHENTICATED")
            #expect(stranger[header: "www-authenticate"] != nil)
            let nothing = try await gateway.send("GET", "/ml/mlflow/api/2.0/mlflow/traces", token: secret)
            #expect((nothing.status, nothing.json["error_code"]) == (404, "ENDPOINT_NOT_FOUND"))
        }
    }
}
