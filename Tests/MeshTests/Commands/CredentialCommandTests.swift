import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Commands {
    @Test("a key that was made works at the gateway with its roles, and no longer once it is revoked")
    func key() async throws {
        let made = try await mesh.outcome("key", "create", "app", "--team", "mobile", "--role", "viewer", "--days", "2", "--json")
        let key = try WireJSON.decode(APIKey.self, from: Data(made.output.utf8))
        let secret = try #require(key.secret)

        #expect(try await status(secret) == 200, "a script uses the key at once")
        let session = try WireJSON.decode(
            SessionInfo.self, from: Data(try await mesh.gateway.send("GET", "/v1/identity/session", token: secret).body))
        #expect(session.team == "mobile")
        #expect(session.roles == [.viewer])
        #expect(abs(try #require(key.expiresAt).timeIntervalSinceNow - 2 * 86_400) < 600)
        let plain = try await mesh.outcome("key", "create", "plain", "--team", "mobile")
        #expect(plain.output.hasPrefix("mk_"), "the secret alone is on standard output, for scripts")
        #expect(plain.output.split(separator: "\n").count == 1)

        let revoked = try await mesh.outcome("key", "revoke", key.id)
        #expect(revoked.status == 0)
        try await eventually { try await status(secret) == 401 ? nil : "the revoked key still works" }
        #expect(try await mesh.outcome("key", "revoke", "nothing").status == 1)
    }

    @Test("a wish for a key that cannot be is refused before anything is made")
    func refusedKey() async throws {
        #expect(try await mesh.outcome("key", "create", "x", "--team", "mobile", "--role", "king").status == 64)
        #expect(try await mesh.outcome("key", "create", "x", "--team", "mobile", "--days", "0").status == 64)
        let badTeam = try await mesh.outcome("key", "create", "x", "--team", "Bad Team")
        #expect(badTeam.status == 1)
        #expect(badTeam.errors.contains("name: expected"), "\(badTeam.errors)")
    }

    @Test("an invited person signs in once by the link")
    func person() async throws {
        let outcome = try await mesh.outcome("person", "invite", "Anna", "--team", "readers", "--role", "labeler")
        let link = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)

        #expect(outcome.status == 0)
        #expect(link.hasPrefix(try mesh.record.gatewayURL + "/label/"))
        let token = try #require(link.split(separator: "=").last.map(String.init))
        let url = try mesh.record.gatewayURL
        #expect(try await DemoSession.open(invitation: token, at: url) != nil)
        await #expect(throws: DemoFault.self, "the link works once") { try await DemoSession.open(invitation: token, at: url) }
    }

    @Test("a team is made once, however often it is asked for")
    func team() async throws {
        for _ in 0..<2 {
            let outcome = try await mesh.outcome("team", "create", "readers")
            #expect(outcome.status == 0)
            #expect(outcome.output == "team readers is there\n")
        }
        #expect(try await mesh.outcome("team", "create", "No Team").status == 1)
    }

    private func status(_ key: String) async throws -> Int {
        try await mesh.gateway.send("GET", "/v1/identity/session", token: key).status
    }
}
