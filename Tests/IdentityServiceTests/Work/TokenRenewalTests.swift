import Contracts
import Cryptography
import EventLog
import Foundation
import Logging
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import IdentityService

@Suite("Renewal of the gateway's tokens")
struct TokenRenewalTests {
    private func entries(_ mesh: IdentityMesh) -> GatewayEntryStore {
        let key = mesh.authority.key
        return GatewayEntryStore(
            write: IdentityWrite(database: mesh.database, log: EventLog()),
            issuer: TokenIssuer(key: key, keyID: key.publicKey.thumbprint, issuer: TestAuthority.issuer, audience: "mlmesh"))
    }

    @Test("a token lives a day and is renewed at half of it, not before")
    func halfLife() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let key = try await identity.key()
                let digest = IdentityMesh.digest(key.secret ?? "")
                let old = try #require(try await identity.token(for: key.secret ?? ""))
                let due = try await mesh.database.query(
                    "SELECT extract(epoch FROM renew_at - now())::float8 AS seconds FROM gateway_entries WHERE sha256 = \(digest)")
                #expect(abs(try due[0].decode("seconds", as: Double.self) - 43_200) < 60)
                #expect(try await entries(mesh).renewDue(limit: 10) == 0)

                try await mesh.database.execute("UPDATE gateway_entries SET renew_at = now() WHERE sha256 = \(digest)")
                #expect(try await entries(mesh).renewDue(limit: 10) == 1)

                let new = try #require(try await identity.token(for: key.secret ?? ""))
                #expect(new != old)
                #expect(try identity.claims(new).sub == "key:\(key.id)")
                // The old one stays good to its end: callers who hold it notice nothing.
                #expect(try await identity.send("GET", "/v1/identity/session", as: old).status == 200)
            }
        }
    }

    @Test("a key whose time is over loses its entry, a revoked one never gets it back")
    func ended() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let expired = try await identity.key()
                let revoked = try await identity.key()
                #expect(try await identity.send("DELETE", "/v1/identity/keys/\(revoked.id)").status == 204)
                try await mesh.database.execute("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = \(expired.id)")
                try await mesh.database.execute("UPDATE gateway_entries SET renew_at = now() WHERE key IN (\(expired.id), \(revoked.id))")

                #expect(try await entries(mesh).renewDue(limit: 10) == 1)

                let known = try await identity.gatewayEntries()
                #expect(known[IdentityMesh.digest(expired.secret ?? "")] == .some(nil))
                #expect(known[IdentityMesh.digest(revoked.secret ?? "")] == .some(nil))
            }
        }
    }

    @Test("a start with another administrator's key ends the old one and its tokens; the first may come back")
    func rotation() async throws {
        try await IdentityMesh.with { mesh async throws in
            let old = try await mesh.run { try await $0.token(for: IdentityMesh.administratorKey) ?? "" }
            for (key, former) in [("mk_second-key", IdentityMesh.administratorKey), (IdentityMesh.administratorKey, "mk_second-key")] {
                try mesh.writeFiles(administratorKey: key)
                try await mesh.run { identity async throws in
                    let known = try await identity.gatewayEntries()
                    #expect(known[IdentityMesh.digest(former)] == .some(nil))
                    let token = try #require(try await identity.token(for: key))
                    #expect(try await identity.send("GET", "/v1/identity/people", as: token).status == 200)
                    #expect(try await identity.send("GET", "/v1/identity/people", as: old).status == 401)
                    // A renewal does not bring the former one back.
                    try await mesh.database.execute("UPDATE gateway_entries SET renew_at = now()")
                    _ = try await entries(mesh).renewDue(limit: 10)
                    #expect(try await identity.gatewayEntries()[IdentityMesh.digest(former)] == .some(nil))
                }
            }
        }
    }
}
