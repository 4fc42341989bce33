import Contracts
import Cryptography
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Access to identity")
struct AccessTests {
    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await IdentityMesh.with { mesh async throws in
            #expect(try await RoleMatrix.faults(of: try mesh.service()) == [])
        }
    }

    @Test("what no contract knows is refused with the field's name, and nothing is a 5xx")
    func hostile() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let long = String(repeating: "x", count: 101)
                let cases: [(String, String, String, Int)] = [
                    ("POST", "teams", #"{"name":"Not A Name"}"#, 400), ("POST", "teams", #"{"name":"documents"}"#, 409),
                    ("POST", "teams", #"{"name":"a","more":1}"#, 400), ("POST", "teams", #"{"name":7}"#, 400), ("POST", "teams", "{", 400),
                    ("POST", "teams", "", 400), ("POST", "teams", "[]", 400), ("POST", "teams", #"{"name":"\u0000"}"#, 400),
                    ("POST", "keys", #"{"name":"\#(long)","team":"documents","roles":["viewer"]}"#, 400),
                    ("POST", "keys", #"{"name":"a","team":"nowhere","roles":["viewer"]}"#, 422),
                    ("POST", "keys", #"{"name":"a","team":"documents","roles":["king"]}"#, 400),
                    ("POST", "keys", #"{"name":"a","team":"documents","roles":["viewer","viewer"]}"#, 400),
                    ("POST", "keys", #"{"name":"a","team":"documents","roles":["viewer"],"expiresAt":"soon"}"#, 400),
                    ("POST", "keys", #"{"name":"a\u0000","team":"documents","roles":["viewer"]}"#, 400),
                    ("POST", "people", #"{"name":"","team":"documents","roles":["viewer"]}"#, 400),
                    ("POST", "people", #"{"name":"a","team":"documents","roles":[]}"#, 400),
                    ("POST", "people", #"{"name":"a","team":"'; DROP TABLE people; --","roles":["viewer"]}"#, 422),
                    ("PUT", "people/none/roles", #"{"roles":["viewer"]}"#, 404), ("PUT", "keys/none/roles", #"{"roles":["viewer"]}"#, 404),
                    ("PUT", "keys/none/roles", #"{"roles":["viewer","viewer"]}"#, 400),
                    ("POST", "sessions", #"{"invitation":""}"#, 422), ("POST", "sessions", #"{"invitation":null}"#, 400),
                ]
                for (method, path, json, status) in cases {
                    let answer = try await identity.send(method, "/v1/identity/" + path, json: json)
                    #expect(answer.status == status, "\(method) \(path) \(json): \(answer.text)")
                    #expect(answer[header: "content-type"] == "application/problem+json")
                }
                for path in [
                    "gateway/entries?after=x", "gateway/entries?after=-1", "gateway/entries?after=99999999999999999999",
                    "gateway/entries?waitSeconds=26", "gateway/entries?after=1&after=2",
                ] {
                    let answer = try await identity.send("GET", "/v1/identity/" + path, as: mesh.agent)
                    #expect(answer.status == 400, "\(path)")
                }
                for path in ["audit?page=made-up", "audit?limit=0", "keys/%00", "keys/..%2f..", "people/%ff"] {
                    let answer = try await identity.send(path.hasPrefix("audit") ? "GET" : "DELETE", "/v1/identity/" + path)
                    #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
                }
            }
        }
    }

    @Test("the gateway agent hears of a change while it waits, and waits no longer than it asked to")
    func follow() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let first = try await identity.send("GET", "/v1/identity/gateway/entries", as: mesh.agent).decode(GatewayEntries.self)
                let waiting = Task {
                    try await identity.send("GET", "/v1/identity/gateway/entries?after=\(first.cursor)&waitSeconds=20", as: mesh.agent)
                        .decode(GatewayEntries.self)
                }
                let start = ContinuousClock.now
                let key = try await identity.key()
                let change = try await waiting.value
                #expect(change.entries.map(\.sha256).contains(IdentityMesh.digest(key.secret ?? "")))
                #expect(ContinuousClock.now - start < .seconds(10))

                let nothing = try await identity.send(
                    "GET", "/v1/identity/gateway/entries?after=\(change.cursor)&waitSeconds=1", as: mesh.agent
                ).decode(GatewayEntries.self)
                #expect(nothing.entries.isEmpty && nothing.cursor == change.cursor)
            }
        }
    }
}
