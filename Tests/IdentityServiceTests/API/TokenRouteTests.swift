import Contracts
import Cryptography
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Client credentials (RFC 6749) and JWKS")
struct TokenRouteTests {
    private let grant = "grant_type=client_credentials"

    @Test("a service gets its own token, by Basic or in the form")
    func service() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { [grant] identity async throws in
                let basic = try await identity.oauth(grant, basic: "trainer:\(IdentityMesh.trainerSecret)")
                let form = try await identity.oauth("\(grant)&client_id=trainer&client_secret=the-trainer%27s-secret")

                for answer in [basic, form] {
                    #expect(answer.status == 200)
                    #expect(answer[header: "cache-control"] == "no-store")
                    let reply = try answer.decode(TokenReply.self)
                    #expect(reply.token_type == "Bearer" && reply.expires_in == 300 && reply.scope == "service")
                    #expect(try identity.claims(reply.access_token).sub == "service:trainer")
                }
            }
        }
    }

    @Test("a key gets a token of five minutes with its roles; revoked it gets none")
    func key() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { [grant] identity async throws in
                try await identity.team()
                let key = try await identity.key()
                let proof = "\(key.id):\(key.secret ?? "")"
                let reply = try await identity.oauth(grant, basic: proof).decode(TokenReply.self)
                let claims = try identity.claims(reply.access_token)

                #expect(claims.sub == "key:\(key.id)" && claims.team == "documents" && claims.exp - claims.iat == 300)
                #expect(reply.scope == "infer read")

                #expect(try await identity.send("DELETE", "/v1/identity/keys/\(key.id)").status == 204)
                #expect(try await identity.oauth(grant, basic: proof).status == 401)
            }
        }
    }

    @Test("errors have the protocol's shape and codes")
    func errors() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { [grant] identity async throws in
                let proof = "trainer:\(IdentityMesh.trainerSecret)"
                let cases: [(String, String?, Int, String)] = [
                    ("", proof, 400, "invalid_request"),
                    ("grant_type=password&username=a&password=b", proof, 400, "unsupported_grant_type"),
                    ("\(grant)&\(grant)", proof, 400, "invalid_request"),
                    ("\(grant)&client_id=trainer&client_secret=x", proof, 400, "invalid_request"),
                    ("\(grant)&client_id=a&client_id=b&client_secret=x", nil, 400, "invalid_request"),
                    (grant, nil, 401, "invalid_client"),
                    (grant, "trainer:wrong", 401, "invalid_client"),
                    (grant, "nobody:wrong", 401, "invalid_client"),
                    (grant, "trainer", 401, "invalid_client"),
                    (grant, "tra\0iner:x", 401, "invalid_client"),
                    (grant, ":", 401, "invalid_client"),
                    ("\(grant)&client_id=trainer&client_secret=", nil, 401, "invalid_client"),
                    ("\(grant)&client_id=%00&client_secret=%00", nil, 401, "invalid_client"),
                    ("\u{FFFD}\0%%%=&&=", proof, 400, "invalid_request"),
                ]
                for (form, basic, status, code) in cases {
                    let answer = try await identity.oauth(form, basic: basic)
                    #expect(answer.status == status, "\(form)")
                    #expect(answer.json["error"]?.stringValue == code, "\(form)")
                    #expect(answer.json["error_description"]?.stringValue?.isEmpty == false)
                    #expect(answer[header: "content-type"] == "application/json" && answer[header: "cache-control"] == "no-store")
                    if status == 401 { #expect(answer[header: "www-authenticate"]?.hasPrefix("Basic") == true) }
                }
            }
        }
    }

    @Test("the body is limited, also when it comes in pieces")
    func limits() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                let large = try await identity.oauth(String(repeating: "a", count: 20_000))
                let pieces = String(repeating: "1000\r\n" + String(repeating: "a", count: 4096) + "\r\n", count: 5)
                let chunked = try await identity.http.raw(
                    "POST /v1/identity/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(pieces)0\r\n\r\n")

                #expect(large.status == 413 && chunked.status == 413)
                #expect(chunked.json["error"]?.stringValue == "invalid_request")
            }
        }
    }

    @Test("the published key verifies what identity signs, and is public only")
    func jwks() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                let answer = try await identity.http.send("GET", "/.well-known/jwks.json")
                let key = try #require(answer.json["keys"]?.arrayValue?.first)

                #expect(answer.status == 200)
                #expect(key["kty"] == "RSA" && key["alg"] == "RS256" && key["use"] == "sig")
                #expect(key["kid"]?.stringValue == mesh.authority.key.publicKey.thumbprint)
                let modulus = try #require(key["n"]?.stringValue.flatMap { Base64URL.decode($0) })
                #expect(Array(modulus) == Array(mesh.authority.key.publicKey.modulus))
                #expect(["d", "p", "q", "dp", "dq", "qi"].allSatisfy { key[$0] == nil })
            }
        }
    }
}
