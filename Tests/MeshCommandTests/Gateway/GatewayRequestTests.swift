import Contracts
import Foundation
import Logging
import TestSupport
import Testing

@testable import MeshCommand

@Suite("What the gateway does to requests")
struct GatewayRequestTests {
    @Test("the request id is the gateway's own, in the request and in the answer")
    func requestID() async throws {
        try await TestGateway.run { gateway in
            let mine = RequestID().description
            let answer = try await gateway.http.send("GET", "/label/", headers: ["X-Request-ID": mine])

            let id = try #require(answer.received("x-request-id"))
            #expect(RequestID(id) != nil)
            #expect(id != mine)
            #expect(answer[header: "x-request-id"] == id)
        }
    }

    @Test("a trace that is well formed goes on, any other is replaced")
    func trace() async throws {
        try await TestGateway.run { gateway in
            let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let form = /00-[0-9a-f]{32}-[0-9a-f]{16}-01/
            let sent = { (trace: String?) in
                try await gateway.http.send("GET", "/label/", headers: trace.map { ["traceparent": $0] } ?? [:]).received("traceparent")
                    ?? ""
            }

            let kept = try await sent(good)
            #expect(kept == good)
            for bad in [nil, "00-zz", good + "-x", "00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01"] {
                let made = try await sent(bad)
                #expect(made.wholeMatch(of: form) != nil)
                #expect(made != bad)
            }
        }
    }

    @Test("headers that only the inside may set are taken away; unit and deadline stay")
    func headers() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.http.send(
                "GET", "/label/",
                headers: [
                    "X-Mesh-Experiment": "e", "x-mesh-variant": "v", "X-MESH-ROLE": "shadow", "X-Mesh-Unit-X": "y",
                    "X-Auth-Subject": "admin",
                    "X-Mesh-Unit": "user 7", "X-Mesh-Deadline-Ms": "250",
                ])

            #expect(answer.received("x-mesh-unit") == "user 7")
            #expect(answer.received("x-mesh-deadline-ms") == "250")
            let others = ["x-mesh-experiment", "x-mesh-variant", "x-mesh-role", "x-mesh-unit-x", "x-auth-subject"]
            #expect(others.allSatisfy { answer.received($0) == nil })
        }
    }

    @Test(
        "another spelling of a path meets the same rules",
        arguments: [
            "/v1/identity/%70eople", "//v1//identity///people", "/v1/identity/./people", "/label/../v1/identity/people",
            "/label/%2e%2e/v1/identity/people", "/v1/identity/people/",
        ])
    func spelling(path: String) async throws {
        try await TestGateway.run { gateway in
            let anonymous = try await gateway.http.send("GET", path)
            let reader = try await gateway.http.send("GET", path, token: try gateway.token(scope: "read"))
            let administrator = try await gateway.http.send("GET", path, token: try gateway.token(scope: "administer"))

            #expect(anonymous.status == 401)
            #expect(reader.status == 403)
            #expect(administrator.status == 200)
            #expect(administrator.json["path"]?.stringValue?.hasPrefix("/v1/identity/people") == true)
        }
    }

    @Test("a slash that is encoded stays within its segment")
    func encodedSlash() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.http.send("GET", "/v1/registry/capabilities/a%2f..%2Fb", token: try gateway.token())
            #expect(answer.json["path"]?.stringValue == "/v1/registry/capabilities/a%2F..%2Fb")
        }
    }

    @Test("HEAD is answered wherever GET is, without a body, for those who may; elsewhere it is no method")
    func head() async throws {
        try await TestGateway.run { gateway in
            let token = try gateway.token(scope: "read")
            let answer = try await gateway.http.send("HEAD", "/v1/identity/teams", token: token)
            let anonymous = try await gateway.http.send("HEAD", "/v1/identity/teams")
            let elsewhere = try await gateway.http.send("HEAD", "/v2/models/digits/infer", token: token)

            #expect(answer.status == 200 && answer.body.isEmpty)
            #expect(answer[header: "x-instance-method"] == "HEAD")
            #expect(anonymous.status == 401)
            #expect(elsewhere.status == 405 && elsewhere[header: "allow"] == "POST")
        }
    }

    @Test("errors are JSON in the style of the route that was meant")
    func errors() async throws {
        try await TestGateway.run { gateway in
            let token = try gateway.token(scope: "read infer build")
            let send = { (method: String, path: String, headers: [String: String]) in
                try await gateway.http.send(method, path, token: token, headers: headers)
            }
            let unknown = try await send("GET", "/v1/nothing", [:])
            let method = try await send("PATCH", "/v1/identity/keys", [:])
            let absent = try await send("GET", "/v1/dataset/datasets", [:])
            let large = try await send("POST", "/v1/registry/models/a/versions/1/reports", ["Content-Length": "9999999999"])
            let inference = try await send("GET", "/v2/nothing", [:])
            let flags = try await gateway.http.send("POST", "/ofrep/v1/evaluate/flags", json: "{}")
            let tokens = try await send("POST", "/v1/identity/token", ["Content-Length": "20000"])

            #expect([unknown, method, absent, large].map(\.status) == [404, 405, 503, 413])
            #expect([unknown, method, absent, large].allSatisfy { $0[header: "content-type"] == "application/problem+json" })
            #expect([unknown, method, absent, large].allSatisfy { $0.json["requestId"]?.stringValue == $0[header: "x-request-id"] })
            #expect(method[header: "allow"] == "GET, HEAD, POST")
            #expect(absent[header: "retry-after"] == "1")
            #expect(inference.status == 404 && inference.json["error"]?.stringValue?.isEmpty == false)
            #expect(inference[header: "content-type"] == "application/json")
            #expect(flags.status == 401 && flags.json["errorCode"]?.stringValue == "GENERAL")
            #expect(tokens.status == 413 && tokens.json["error"]?.stringValue == "invalid_request")
            #expect([unknown, inference, flags].allSatisfy { $0[header: "x-mesh-refused"] == nil })
        }
    }

    @Test("a path that is encoded wrongly is refused")
    func malformed() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.http.send("GET", "/v1/identity/%zz")

            #expect(answer.status == 400)
            #expect(answer.json["code"]?.stringValue == "request.malformed")
        }
    }

    @Test("a subject above its rate gets 429 with Retry-After; others do not")
    func rates() async throws {
        try await TestGateway.run(requestsPerMinute: 60) { gateway in
            let busy = try gateway.token(subject: "key:busy")
            let answers = try await Self.burst(40, gateway.http, token: busy)
            let other = try await gateway.http.send("GET", "/v1/identity/teams", token: try gateway.token(subject: "key:calm"))

            // Ten in ten seconds.
            let refused = answers.filter { $0.status == 429 }
            #expect(answers.count { $0.status == 200 } >= 10)
            #expect(!refused.isEmpty && answers.allSatisfy { [200, 429].contains($0.status) })
            #expect(refused.allSatisfy { $0[header: "retry-after"] == "2" && $0.json["code"]?.stringValue == "request.overloaded" })
            #expect(other.status == 200)
        }
    }

    /// Requests that are sent all at once: one after the other, a busy machine may take longer than the ten seconds that are counted.
    private static func burst(_ count: Int, _ http: HTTPProbe, token: String) async throws -> [ProbeAnswer] {
        var sent: [Task<ProbeAnswer, any Error>] = []
        for _ in 0..<count { sent.append(Task { try await http.send("GET", "/v1/identity/teams", token: token) }) }
        var answers: [ProbeAnswer] = []
        for task in sent { answers.append(try await task.value) }
        return answers
    }

    @Test("a key above a capability's limit gets 429 there, in the protocol's shape; other keys, models and routes do not")
    func capabilityLimits() async throws {
        try await TestGateway.run { gateway in
            let limits = GatewayLimits(
                layout: gateway.layout,
                settings: MeshSettings(gateway: gateway.settings, binaries: "", gatewayConfig: "", environment: [:]),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            var map = LimitMap(shown: "")
            func statuses(_ count: Int, _ subject: String, _ path: String) async throws -> [Int] {
                let token = try gateway.token(subject: subject)
                var statuses: [Int] = []
                for _ in 0..<count { statuses.append(try await gateway.http.send("POST", path, token: token, json: "{}").status) }
                return statuses
            }
            let digits = "/v2/models/digits/infer"
            #expect(try await statuses(30, "key:before", digits).allSatisfy { $0 == 200 })

            map.limits = ["digits": 10, "other": 1_000]
            try await limits.arrange(map)
            let busy = try await statuses(8, "key:busy", digits) + statuses(5, "key:busy", "/v2/models/%64igits/versions/3/infer/")
            #expect(busy == Array(repeating: 200, count: 10) + [429, 429, 429])
            let token = try gateway.token(subject: "key:busy")
            let refused = try await gateway.http.send("POST", digits, token: token, json: "{}")
            #expect(refused[header: "retry-after"] == "6")
            #expect(refused[header: "content-type"] == "application/json")
            #expect(refused.json["error"]?.stringValue?.contains("access.requestsPerMinute") == true)
            #expect(try await statuses(5, "key:calm", digits) == [200, 200, 200, 200, 200])
            #expect(try await statuses(5, "key:busy", "/v2/models/other/infer") == [200, 200, 200, 200, 200])
            #expect(try await gateway.http.send("GET", "/v2/models/digits", token: token).status == 200)

            map.limits["digits"] = 1_000
            try await limits.arrange(map)
            #expect(try await statuses(3, "key:busy", digits) == [200, 200, 200])
            map.limits = ["digits": 1]
            try await limits.arrange(map)
            #expect(try await statuses(1, "key:busy", digits) == [429])
            map.limits = [:]
            try await limits.arrange(map)
            #expect(try await statuses(3, "key:busy", digits) == [200, 200, 200])
            #expect(PrivateFile.text(gateway.layout.gateway(.public) + "/limits.map") == "")
        }
    }

    @Test("the access log is JSON, and holds neither a token nor a query")
    func log() async throws {
        try await TestGateway.run { gateway in
            let token = try gateway.token(subject: "key:7")
            let answer = try await gateway.http.send("GET", "/v1/registry/capabilities/%22%0a?secret=1", token: token)
            let id = try #require(answer[header: "x-request-id"])

            try await eventually { (PrivateFile.text(gateway.layout.log("gateway")) ?? "").contains(id) ? nil : "no line for \(id)" }
            let log = try #require(PrivateFile.text(gateway.layout.log("gateway")))
            let line = try #require(log.split(separator: "\n").first { $0.contains(id) })
            let entry = try WireJSON.decode(JSONValue.self, from: Data(line.utf8))
            #expect(entry["status"] == .integer(200))
            #expect(entry["subject"] == .string("key:7"))
            #expect(entry["path"]?.stringValue == "/v1/registry/capabilities/%22%0A")
            #expect(!log.contains("secret") && !log.contains(token))
        }
    }

    @Test("inside, predictions go to inference, the router's headers and the request id go on, and a token is asked for")
    func internalListener() async throws {
        try await TestGateway.run(.internal) { gateway in
            let id = RequestID().description
            let headers = ["X-Request-ID": id, "X-Mesh-Experiment": "e1"]
            let token = try gateway.token(scope: "service", subject: "service:experiment-router")

            let answer = try await gateway.http.send("POST", "/v2/models/digits/infer", token: token, headers: headers, json: "{}")
            let anonymous = try await gateway.http.send("POST", "/v2/models/digits/infer", json: "{}")
            let key = try await gateway.http.send("GET", "/v1/identity/teams", headers: ["X-API-Key": "mk_secret"])

            #expect(answer.status == 200)
            #expect(answer.received("x-request-id") == id)
            #expect(answer.received("x-mesh-experiment") == "e1")
            #expect(answer.received("authorization") == "Bearer \(token)")
            #expect(anonymous.status == 401 && key.status == 401)
            let log = { PrivateFile.text(gateway.layout.log("gateway")) ?? "" }
            try await eventually { log().contains("\"backend\":\"inference\"") ? nil : log() }
        }
    }
}
