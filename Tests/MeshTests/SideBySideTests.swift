import Contracts
import MeshClient
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("a second mesh beside this one has ports, keys, data and processes of its own")
    func sideBySide() async throws {
        try await RealMesh.run(instances: 1) { other in
            let (mine, theirs) = (try mesh.record, try other.record)
            let urls = { (record: MeshRecord) in Set(record.instances.compactMap(\.url) + [record.gatewayURL, record.internalURL]) }

            #expect(urls(mine).isDisjoint(with: urls(theirs)))
            #expect(Set(mine.instances.map(\.pid)).isDisjoint(with: theirs.instances.map(\.pid)))
            let foreign = try await other.gateway.send("GET", "/v1/identity/session", token: mine.administratorKey)
            #expect(foreign.status == 401)
            let capabilities: Contracts.Page<CapabilityRecord> = try await other.administrator().get(
                .init("v1", "registry", "capabilities"))
            #expect(capabilities.items.isEmpty)
        }
        let status = try await mesh.gateway.send("GET", "/v1/registry/capabilities", token: try mesh.record.administratorKey)
        #expect(status.status == 200)
    }
}
