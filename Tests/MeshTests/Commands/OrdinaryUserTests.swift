import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Commands {
    /// Where all tests run as an ordinary user, every other test of the command shows the same.
    @Test(
        "an ordinary user runs a mesh of their own beside root's: Postgres too is theirs, and neither opens the other's",
        .enabled(if: OrdinaryUser.isPossible, "needs root, to become another user, and a checkout that the other user can read"))
    func ordinaryUser() async throws {
        try await withTemporaryFolder { folder in
            let user = try OrdinaryUser(home: folder.path)
            defer { user.killAll() }
            let up = try await user.mesh("up", "--timeout", "300")
            try #require(up.status == 0, "\(up.errors)")
            let record = try #require(MeshRecord.read(state: user.layout.state))

            try checkOwner(of: record, user)
            try await checkApart(record, user)
            #expect(try await user.mesh("status", "--seconds", "0.2").status == 0)
            #expect(try await user.mesh("apply", "-f", Manifests.sample).output.contains("created"))
            let key = try await user.mesh("key", "create", "own", "--team", "mobile").output.trimmingCharacters(in: .whitespacesAndNewlines)
            let gateway = HTTPProbe(port: try #require(URL(string: record.gatewayURL)?.port))
            #expect(try await gateway.send("GET", "/v1/identity/session", token: key).status == 200)

            let (theirs, ours) = (
                try await user.script("deps.sh", "--check"), try await Shell.outcome(OrdinaryUser.script("deps.sh"), ["--check"])
            )
            #expect(theirs.status == ours.status && theirs.output == ours.output, "\(theirs)")
            #expect(try await user.mesh("down").status == 0)
            #expect(ProcessTable.supervised(state: user.layout.state).isEmpty && user.postgres == nil)
            #expect(try await user.script("clean-state.sh", user.layout.state).status == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: user.layout.state).isEmpty)
        }
    }

    /// Every process, the record and the folder belong to the user.
    private func checkOwner(of record: MeshRecord, _ user: OrdinaryUser) throws {
        let postgres = try #require(user.postgres, "no Postgres")
        for pid in record.instances.map(\.pid) + [record.supervisor, postgres] {
            let owner = try FileManager.default.attributesOfItem(atPath: "/proc/\(pid)")[.ownerAccountID] as? NSNumber
            #expect(owner?.uint32Value == OrdinaryUser.id, "process \(pid)")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: user.layout.record)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect((attributes[.ownerAccountID] as? NSNumber)?.uint32Value == OrdinaryUser.id)
    }

    /// Ports, keys and states of the two meshes are apart.
    private func checkApart(_ record: MeshRecord, _ user: OrdinaryUser) async throws {
        let mine = try mesh.record
        let urls = { (record: MeshRecord) in Set(record.instances.compactMap(\.url) + [record.gatewayURL, record.internalURL]) }
        #expect(urls(mine).isDisjoint(with: urls(record)))
        #expect(try await mesh.gateway.send("GET", "/v1/identity/session", token: record.administratorKey).status == 401)
        let foreign = try await Shell.outcome(RealMesh.binaries + "/mesh", ["up", "--state", user.layout.state])
        #expect(foreign.status != 0, "root does not take over a state that is another user's")
        let reading = try await user.run("/bin/cat", mesh.layout.record)
        #expect(reading.status != 0 && reading.output.isEmpty, "root's key is root's")
    }
}
