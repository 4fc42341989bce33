import Contracts
import Foundation
import HTTPService
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@Suite("A service of the mesh")
struct ServiceTests {
    let authority = TestAuthority()
    var engineer: String { authority.key(roles: [.engineer]) }

    @Test("a caller with the scope is served, and learns the request id")
    func served() async throws {
        try await withRunning(makeEchoService()) { [engineer] probe async throws in
            let answer = try await probe.send("GET", "/v1/registry/capabilities/digits", token: engineer)

            #expect(answer.status == 200)
            #expect(answer.json["name"] == "digits")
            #expect(answer.json["extra"] == "key:1")
            #expect(answer[header: "x-request-id"].flatMap { RequestID($0) } != nil)
        }
    }

    @Test("a request id that the gateway gave is kept, any other text is replaced")
    func requestID() async throws {
        let given = RequestID().description
        try await withRunning(makeEchoService()) { probe async throws in
            let kept = try await probe.send("GET", "/healthz", headers: ["X-Request-Id": given])
            let replaced = try await probe.send("GET", "/healthz", headers: ["X-Request-Id": "abc"])

            #expect(kept[header: "x-request-id"] == given)
            #expect(replaced[header: "x-request-id"] != "abc")
        }
    }

    @Test("health, readiness, metrics and the description need no token")
    func operations() async throws {
        let metrics = PrometheusRegistry()
        try await withRunning(makeEchoService(metrics: metrics)) { probe async throws in
            _ = try await probe.send("GET", "/v1/registry/capabilities/digits")
            let text = try await probe.send("GET", "/metrics")
            let open = try await probe.send("GET", "/metrics", headers: ["Accept": "application/openmetrics-text; version=1.0.0"])
            let description = try await probe.send("GET", "/openapi.json")

            #expect(try await probe.send("GET", "/healthz").status == 200)
            #expect(try await probe.send("GET", "/readyz").status == 200)
            #expect(
                text.text.contains(
                    #"mesh_http_requests_total{method="GET",route="/v1/registry/capabilities/{capability}",status="401"} 1"#))
            #expect(text.text.contains("mesh_http_in_flight_requests 1\n"))
            #expect(open.text.hasSuffix("# EOF\n"))
            #expect(description.json["paths"]?["/v1/registry/capabilities/{capability}"]?["put"] != nil)
        }
    }

    @Test("a missing need is said by name, with 503")
    func notReady() async throws {
        let service = makeEchoService(readiness: [ReadinessCheck("database") { throw Unexpected() }, ReadinessCheck("catalogue") {}])
        try await withRunning(service) { probe async throws in
            let answer = try await probe.send("GET", "/readyz")

            #expect(answer.status == 503)
            #expect(answer.json["detail"] == "Missing: database")
            #expect(answer[header: "retry-after"] == "1")
        }
    }

    @Test("an unexpected error is a 500 that tells nothing")
    func unexpected() async throws {
        try await withRunning(makeEchoService()) { [engineer] probe async throws in
            let answer = try await probe.send("DELETE", "/v1/registry/models/digits/aliases/a", token: engineer)

            #expect(answer.status == 500)
            #expect(answer.json["code"] == "request.internal")
            #expect(answer.json["detail"] == nil)
            #expect(!answer.text.contains("hunter2"))
        }
    }

    @Test("the deadline of the caller ends the work with 504")
    func deadline() async throws {
        try await withRunning(makeEchoService()) { [engineer] probe async throws in
            let answer = try await probe.send(
                "GET", "/v1/registry/models/digits/aliases", token: engineer, headers: ["X-Mesh-Deadline-Ms": "50"])

            #expect(answer.status == 504)
            #expect(answer.json["code"] == "request.deadline_exceeded")
        }
    }

    @Test("errors take the shape of the route's contract")
    func styles() async throws {
        try await withRunning(makeEchoService()) { [engineer] probe async throws in
            let inference = try await probe.send("GET", "/v2/models", token: engineer)
            let flags = try await probe.send("POST", "/ofrep/v1/evaluate/flags/x", token: engineer, json: "{}")
            let token = try await probe.send("POST", "/v1/identity/token", body: [])

            #expect(inference.status == 429)
            #expect(inference.json == ["error": "ninety rows wait"])
            #expect(inference[header: "retry-after"] == "2")
            #expect(flags.json == ["errorCode": "FLAG_NOT_FOUND", "errorDetails": "no such flag"])
            #expect(token.json == ["error": "invalid_client", "error_description": "unknown client"])
            #expect(token[header: "www-authenticate"] == "Basic realm=\"mesh\"")
        }
    }

    @Test("an unknown path is 404, a known path with another method is 405 with Allow")
    func unknownRoutes() async throws {
        try await withRunning(makeEchoService()) { probe async throws in
            let unknown = try await probe.send("GET", "/v1/registry/nothing")
            let other = try await probe.send("PATCH", "/v1/registry/capabilities/digits")

            #expect(unknown.status == 404)
            #expect(unknown[header: "content-type"] == "application/problem+json")
            #expect(unknown.json["code"] == "request.not_found")
            #expect(other.status == 405)
            #expect(other[header: "allow"] == "GET, HEAD, PUT")
        }
    }

    @Test("HEAD answers as GET does, without the body", arguments: ["/healthz", "/v1/registry/capabilities/digits", "/nothing"])
    func head(path: String) async throws {
        try await withRunning(makeEchoService()) { [engineer] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("HEAD", path, token: engineer))
            let head = try await connection.answer(toHead: true)
            await connection.write(HTTPProbe.request("GET", "/healthz"))
            let next = try await connection.answer()

            let get = try await probe.send("GET", path, token: engineer)
            #expect(head.status == get.status)
            #expect(next.status == 200)
            #expect(next.json == ["status": "alive"])
        }
    }
}
