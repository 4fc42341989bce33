import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Trust: HAProxy, agent, identity and a service, all real", .serialized)
struct TrustTests {
    private let catalogue = "/v1/registry/capabilities"

    @Test("a key works in its four forms and by its token; revoked, all of them stop within a second")
    func revocation() async throws {
        try await TrustedMesh.run { trusted in
            let key = try await trusted.key(roles: #"["viewer"]"#)
            let token = try await trusted.token(id: key.id, secret: key.secret)
            let forms: [[String: String]] = [
                ["Authorization": "Bearer \(key.secret)"], ["Authorization": "Token \(key.secret)"], ["X-API-Key": key.secret],
                ["Authorization": "Basic " + Data("any:\(key.secret)".utf8).base64EncodedString()], ["Authorization": "Bearer \(token)"],
            ]
            for form in forms { #expect(try await trusted.send("GET", catalogue, form).status == 200, "\(form.keys)") }

            let revoked = try await trusted.send("DELETE", "/v1/identity/keys/\(key.id)", ["X-API-Key": trusted.administratorKey])
            #expect(revoked.status == 204)
            let start = ContinuousClock.now
            for form in forms { _ = try await trusted.time(until: 401) { try await trusted.send("GET", catalogue, form) } }
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }

    @Test("a role that is taken away stops working within a second on a token that was used before, and stays away")
    func removedRole() async throws {
        try await TrustedMesh.run { trusted in
            let key = try await trusted.key(roles: #"["engineer"]"#)
            let token = try await trusted.token(id: key.id, secret: key.secret)
            let byToken = ["Authorization": "Bearer \(token)"]
            #expect(try await trusted.send("GET", catalogue, byToken).status == 200)
            #expect(try await trusted.get("/v1/identity/keys", key.secret).status == 200)

            try await trusted.administer("PUT", "/v1/identity/keys/\(key.id)/roles", #"{"roles":["viewer"]}"#)
            let start = ContinuousClock.now
            _ = try await trusted.time(until: 401) { try await trusted.send("GET", catalogue, byToken) }
            _ = try await trusted.time(until: 403) { try await trusted.get("/v1/identity/keys", key.secret) }
            #expect(ContinuousClock.now - start < .seconds(1))
            #expect(try await trusted.get(catalogue, key.secret).status == 200)
        }
    }

    @Test("identity away, a HAProxy and a service started anew meanwhile: no caller who has a key notices")
    func identityAway() async throws {
        try await TrustedMesh.run { trusted in
            let key = try await trusted.key(roles: #"["viewer"]"#)
            // Stopped, not killed: the supervisor would start a killed one again at once.
            let identity = try await trusted.mesh.process("identity-1")
            identity.signal(SIGSTOP)
            defer { identity.signal(SIGCONT) }
            for _ in 0..<50 { #expect(try await trusted.get(catalogue, key.secret).status == 200) }

            for name in ["gateway-public", "model-registry-1"] { kill(try await trusted.mesh.process(name).pid, SIGKILL) }
            try await eventually {
                let status = (try? await trusted.get(catalogue, key.secret))?.status
                return status == 200 ? nil : "\(status ?? 0)"
            }
            for _ in 0..<50 { #expect(try await trusted.get(catalogue, key.secret).status == 200) }
            // What the gateway hands on for the key is good for a day and renewed at half of it, so an hour is well within.
            let folder = GatewayFolder(layout: trusted.mesh.layout, settings: trusted.mesh.settings, listener: .public)
            let tokens = KeyMap(file: PrivateFile.text(folder.keysMap) ?? "").tokens.values.compactMap(Self.secondsLeft)
            #expect(tokens.count >= 2 && tokens.allSatisfy { $0 > 12 * 3600 - 600 })
        }
    }

    /// Seconds until a token ends, as its payload says.
    private static func secondsLeft(_ token: String) -> Double? {
        let parts = token.split(separator: ".")
        guard parts.count == 3 else { return nil }
        let padded =
            parts[1].replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - parts[1].count % 4) % 4)
        guard let data = Data(base64Encoded: String(padded)), let claims = try? WireJSON.decode(JSONValue.self, from: data),
            let end = claims["exp"]?.integerValue
        else { return nil }
        return Double(end) - Date.now.timeIntervalSince1970
    }

    @Test("a person signs in by invitation and calls with the session; changes need the CSRF text; signing out ends it")
    func session() async throws {
        try await TrustedMesh.run { trusted in
            _ = try await trusted.send(
                "POST", "/v1/identity/teams", ["X-API-Key": trusted.administratorKey], json: #"{"name":"documents"}"#)
            let person = try await trusted.administer(
                "POST", "/v1/identity/people", #"{"name":"Ada","team":"documents","roles":["engineer"]}"#, as: Person.self)
            let invitation = try await trusted.administer("POST", "/v1/identity/people/\(person.id)/invitations", "{}", as: Invitation.self)
            let answer = try await trusted.send("POST", "/v1/identity/sessions", [:], json: #"{"invitation":"\#(invitation.token)"}"#)
            #expect(answer.status == 201)
            let cookies = answer.headers.filter { $0.name == "set-cookie" }.map { String($0.value.prefix { $0 != ";" }) }
            let csrf = try #require(cookies.first { $0.hasPrefix("mesh_csrf=") }?.dropFirst("mesh_csrf=".count))
            let cookie = ["Cookie": cookies.joined(separator: "; ")]
            let proven = cookie.merging(["X-CSRF-Token": String(csrf)]) { $1 }
            let wrong = cookie.merging(["X-CSRF-Token": String(csrf.reversed())]) { $1 }
            let newKey = #"{"name":"mine","team":"documents","roles":["engineer"]}"#

            _ = try await trusted.time(until: 200) { try await trusted.send("GET", catalogue, cookie) }
            #expect(try await trusted.send("GET", "/v1/identity/session", cookie).json["name"] == "Ada")
            #expect(try await trusted.send("POST", "/v1/identity/keys", cookie, json: newKey).status == 403)
            #expect(try await trusted.send("POST", "/v1/identity/keys", wrong, json: newKey).status == 403)
            #expect(try await trusted.send("POST", "/v1/identity/keys", proven, json: newKey).status == 201)
            #expect(try await trusted.send("DELETE", "/v1/identity/session", proven).status == 200)
            let end = try await trusted.time(until: 401) { try await trusted.send("GET", catalogue, cookie) }
            #expect(end < .seconds(1))
        }
    }

    @Test("a service's token opens nothing from outside, and inside only where it has business")
    func serviceToken() async throws {
        try await TrustedMesh.run { trusted in
            let layout = trusted.mesh.layout
            let token = try await trusted.token(id: "trainer", secret: MeshSecrets(layout: layout).read("trainer"))
            let proof = ["Authorization": "Bearer \(token)"]
            let inside = HTTPProbe(
                port: trusted.mesh.settings.gateway.internalAddresses.traffic.split(separator: ":").last.flatMap { Int($0) } ?? 0)

            for path in [catalogue, "/v1/identity/people", "/v1/identity/gateway/entries"] {
                #expect(try await trusted.send("GET", path, proof).status == 403, "\(path)")
            }
            #expect(try await inside.send("GET", "/v1/identity/people", headers: proof).status == 403)
            #expect(try await inside.send("GET", "/v1/identity/gateway/entries", headers: proof).status == 403)
            #expect(try await inside.send("GET", catalogue, headers: proof).status == 403)
            #expect(try await inside.send("GET", catalogue + "/nothing", headers: proof).status == 404)
        }
    }

    @Test("a chunked body above the route's limit is refused by the service, in JSON, with the request id; its trace goes on")
    func chunked() async throws {
        try await TrustedMesh.run { trusted in
            let piece = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            let answer = try await trusted.mesh.http.raw(
                "PUT \(catalogue)/digits HTTP/1.1\r\nHost: mesh\r\nX-API-Key: \(trusted.administratorKey)\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: piece, count: 64) + "0\r\n\r\n")

            #expect(answer.status == 413)
            #expect(answer.json["code"] == "request.too_large")
            let id = try #require(answer[header: "x-request-id"])
            #expect(answer.json["requestId"]?.stringValue == id)
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            _ = try await trusted.send("GET", catalogue + "/none", ["X-API-Key": trusted.administratorKey, "traceparent": trace])
            try await eventually {
                let log = PrivateFile.text(trusted.mesh.layout.log("model-registry-1")) ?? ""
                return log.contains(id) && log.contains("0af7651916cd43dd8448eb211c80319c") ? nil : String(log.suffix(600))
            }
        }
    }

    @Test("promtool finds no fault in the metrics of a service at work, nor in the gateways'")
    func metrics() async throws {
        try await TrustedMesh.run { trusted in
            for path in [catalogue, "/v1/registry/none", catalogue + "/a"] { _ = try await trusted.get(path, trusted.administratorKey) }
            for name in ["identity-1", "model-registry-1"] {
                let port = try #require(try await trusted.mesh.fleet().members.first { $0.name == name }?.port)
                let text = try await HTTPProbe(port: port).send("GET", "/metrics").text
                #expect(text.contains("mesh_http_requests_total") && text.contains("process_resident_memory_bytes"))
                #expect(try Promtool.faults(in: text).isEmpty, "\(name)")
            }
            for listener in Listener.allCases {
                let address = trusted.mesh.settings.gateway.addresses(of: listener).metrics
                let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
                let text = try await HTTPProbe(port: port).send("GET", "/metrics").text
                #expect(text.contains(#"haproxy_server_status{proxy="model-registry",server="model-registry-1",state="UP"} 1"#))
                #expect(try Promtool.faults(inHAProxy: text).isEmpty, "\(listener)")
            }
        }
    }

    @Test("a capability's requests a minute count at the gateway within seconds, and change without a reload")
    func capabilityLimit() async throws {
        try await TrustedMesh.run { trusted in
            let key = try await trusted.key(roles: #"["engineer"]"#)
            let worker = AdminSocket(path: trusted.mesh.layout.adminSocket(.public)).worker()
            func apply(_ limit: Int?) async throws {
                let access = limit.map { #""access": {"requestsPerMinute": \#($0)},"# } ?? ""
                try await trusted.administer(
                    "PUT", catalogue + "/digits",
                    """
                    {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "digits", "team": "documents"}, \(access)
                     "interface": {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 64]}],
                                   "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]}]},
                     "data": {"dataset": "digits", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}}}
                    """)
            }
            func infer() async throws -> ProbeAnswer {
                try await trusted.send("POST", "/v2/models/digits/infer", ["X-API-Key": key.secret], json: "{}")
            }
            try await apply(20)
            _ = try await trusted.time(until: 429, infer)
            let refused = try await infer()
            #expect(refused[header: "retry-after"] == "3")
            #expect(refused.json["error"]?.stringValue?.contains("access.requestsPerMinute") == true)
            #expect(try await trusted.get(catalogue, key.secret).status == 200)

            try await apply(nil)
            _ = try await trusted.time(until: 200, infer)
            #expect(AdminSocket(path: trusted.mesh.layout.adminSocket(.public)).worker() == worker)
        }
    }

    @Test(
        "a service whose settings are not sound tells all their faults at once and exits with 78",
        arguments: ["identity", "model-registry"])
    func settings(name: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: Fixture.binaries + "/" + name)
        process.environment = ["PATH": "/usr/bin:/bin", "LISTEN_PORT": "seventy", "LOG_LEVEL": "loud"]
        let output = Pipe()
        process.standardError = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()

        #expect(process.terminationStatus == 78)
        for fault in ["LISTEN_PORT", "LOG_LEVEL", "DATABASE_URL", "MESH_PUBLIC_KEY"] { #expect(said.contains(fault), "\(fault): \(said)") }
    }
}
