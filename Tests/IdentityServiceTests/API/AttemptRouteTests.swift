import Contracts
import Cryptography
import Foundation
import HTTPService
import IdentityService
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Credentials of runs' programs")
struct AttemptRouteTests {
    private func add(_ probe: HTTPProbe, _ mesh: IdentityMesh, _ json: String, as token: String? = nil) async throws -> ProbeAnswer {
        try await probe.send("POST", "/v1/identity/attempts", token: token ?? mesh.authority.service(.trainer), json: json)
    }

    @Test("a token names the attempt, lasts as long as it was asked for, and opens MLflow's API and nothing else")
    func token() async throws {
        try await IdentityMesh.with { mesh in
            try await withRunning(try mesh.service()) { probe in
                let answer = try await add(probe, mesh, #"{"run": "r-1", "attempt": 2, "team": "platform", "seconds": 60}"#)
                #expect(answer.status == 201, "\(answer.text)")
                let reply = try answer.decode(TokenReply.self)
                #expect(reply.expires_in == 60)
                let body = try #require(Base64URL.decode(String(reply.access_token.split(separator: ".")[1])))
                let claims = try JSONDecoder().decode(TokenClaims.self, from: Data(body))
                #expect(claims.sub == "attempt:r-1.2")
                #expect(claims.exp - claims.iat == 60)
                #expect(claims.team == "platform")
                #expect(claims.roles == [])

                let caller = try #require(Caller(claims))
                #expect(caller.kind == .attempt)
                for route in RouteTable.routes(of: .identity) where route.access != .open {
                    let path = route.pattern.replacing(/\{[^}]*\}/, with: "x")
                    let answer = try await probe.send(route.method, path, token: reply.access_token, body: route.method == "GET" ? nil : [])
                    #expect(answer.status == 403, "\(route.method) \(route.pattern)")
                }
            }
        }
    }

    @Test("an ended token is refused within a second; only the trainer makes and ends them")
    func revocation() async throws {
        try await IdentityMesh.with { mesh in
            try await withRunning(try mesh.service()) { probe in
                let wish = #"{"run": "r-1", "attempt": 1, "team": "platform", "seconds": 60}"#
                let token = try await add(probe, mesh, wish).decode(TokenReply.self).access_token
                #expect(try await probe.send("GET", "/v1/identity/session", token: token).status == 403)
                #expect(try await add(probe, mesh, wish, as: mesh.administrator).status == 403)
                #expect(try await add(probe, mesh, wish, as: mesh.authority.service(.dataset)).status == 403)
                let ended = try await probe.send(
                    "DELETE", "/v1/identity/attempts/r-1.1", token: mesh.authority.service(.trainer), body: [])
                #expect(ended.status == 204)
                try await eventually {
                    let status = try await probe.send("GET", "/v1/identity/session", token: token).status
                    return status == 401 ? nil : "\(status)"
                }
                let next = try await add(probe, mesh, #"{"run": "r-1", "attempt": 2, "team": "platform", "seconds": 60}"#)
                #expect(try await probe.send("GET", "/v1/identity/session", token: next.decode(TokenReply.self).access_token).status == 403)
            }
        }
    }

    @Test("what is asked wrongly is refused by the field")
    func refusals() async throws {
        try await IdentityMesh.with { mesh in
            try await withRunning(try mesh.service()) { probe in
                let wrong = try await add(probe, mesh, #"{"run": "a.b", "attempt": 0, "team": "No Name", "seconds": 90000}"#)
                #expect(wrong.status == 422)
                #expect(
                    wrong.json["errors"]?.arrayValue?.compactMap { $0["field"]?.stringValue } == ["run", "attempt", "team", "seconds"])
                #expect(try await add(probe, mesh, #"{"run": "r", "attempt": 1, "team": "unknown", "seconds": 1}"#).status == 422)
            }
        }
    }
}
