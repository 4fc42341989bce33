import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("The map of limits")
struct LimitMapTests {
    private func capability(_ name: String, _ limit: Int?) throws -> CapabilityRecord {
        let text = """
            {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "any", "team": "documents"},
             \(limit.map { #""access": {"requestsPerMinute": \#($0)},"# } ?? "")
             "interface": {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 1]}],
                           "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]}]},
             "data": {"dataset": "d", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}}}
            """
        let manifest = try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
        return CapabilityRecord(
            name: name, team: "documents", revision: 1, digest: Digest(of: []), manifest: manifest, appliedAt: .now, appliedBy: "test")
    }

    @Test("holds what capabilities say, and nothing that could be a command")
    func capabilities() throws {
        let map = LimitMap(capabilities: [
            try capability("digits", 600), try capability("free", nil), try capability("a\nset map keys.map", 5), try capability("b", 1),
        ])

        #expect(map.limits == ["digits": 600, "b": 1])
        #expect(map.file == "b 1\ndigits 600\n")
    }

    @Test("what HAProxy shows becomes what it should be, by the commands that are needed and no others")
    func commands() throws {
        let shown = LimitMap(shown: "0x55d8 digits 600\n0x55d9 old 5\n0x55da same 7")
        var wanted = shown
        wanted.limits = ["digits": 60, "same": 7, "new": 9]

        #expect(
            shown.commands(to: wanted, map: "limits.map")
                == ["set map limits.map digits 60", "add map limits.map new 9", "del map limits.map old"])
        #expect(wanted.commands(to: wanted, map: "limits.map").isEmpty)
        #expect(LimitMap(shown: "").commands(to: wanted, map: "m").count == 3)
    }
}
