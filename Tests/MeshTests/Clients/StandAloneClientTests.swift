import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Clients {
    static let protocolClients: [PublicClient] = [.triton, .tritonAsyncio, .kserve]

    @Test(
        "every method of the protocol's stock clients works with a folder of models, without a mesh and without tokens",
        .enabled(if: PublicClient.areInstalled(protocolClients), "no clients in .mesh/clients: run deploy/scripts/clients.sh"))
    func standAlone() async throws {
        try await StandAloneServer.running([.types]) { server in
            let environment = ["MESH_URL": "http://127.0.0.1:\(server.port)", "MESH_TYPES": EchoModel.types.name]
            for client in Self.protocolClients {
                let report = try await client.check(environment)
                #expect(report.failed == [])
                #expect(report.passed.count > (client == .kserve ? 15 : 60), "\(client): \(report.passed.count) checks")
            }
        }
    }
}
