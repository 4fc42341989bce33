import Contracts
import Foundation
import Logging
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

/// Routes of the protocol and of Triton's extensions that tell and set, against the real service.
@Suite("Protocol routes")
struct ProtocolRoutesTests {
    static let token = InferenceFixture.engineer
    static let operation = TestAuthority().key("2", roles: [.operator])

    @Test("the configuration of a model says its tensors, by number, alias or neither")
    func configuration() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                for path in ["/config", "/versions/1/config", "/versions/champion/config", "/versions/latest/config"] {
                    let answer = try await probe.send("GET", "/v2/models/digits" + path, token: Self.token)
                    #expect(answer.status == 200, "\(path): \(answer.text)")
                    #expect(answer[header: "content-type"] == "application/json")
                    #expect(answer.json["name"] == "digits")
                    // Of a model whose requests are merged, dimensions are those of a row.
                    let isMerged = (answer.json["max_batch_size"]?.integerValue ?? 0) > 0
                    let dims: JSONValue = isMerged ? [4] : [-1, 4]
                    #expect(answer.json["input"]?.arrayValue?.first == ["name": "pixels", "data_type": "TYPE_FP32", "dims": dims])
                    #expect(isMerged == (answer.json["dynamic_batching"] != nil))
                }
                for path in [
                    "/v2/models/nothing/config", "/v2/models/digits/versions/9/config", "/v2/models/digits/versions/nobody/config",
                ] {
                    let answer = try await probe.send("GET", path, token: Self.token)
                    #expect(answer.status == 404, "\(path): \(answer.text)")
                    #expect(answer.json["error"]?.stringValue != nil)
                }
            }
        }
    }

    @Test("log settings are told and changed, and what cannot be is 400 by name")
    func logging() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let before = try await probe.send("GET", "/v2/logging", token: Self.token)
                #expect(before.json["log_verbose_level"] == 0)
                let changed = try await probe.send("POST", "/v2/logging", token: Self.operation, json: #"{"log_verbose_level":1}"#)
                #expect(changed.status == 200, "\(changed.text)")
                #expect(changed.json["log_verbose_level"] == 1)
                #expect(changed.json.objectValue?.count == LogSettings.names.count)
                // A client of the protocol may send no body at all.
                #expect(try await probe.send("POST", "/v2/logging", token: Self.operation, body: []).json == changed.json)
                for body in [#"{"log_verbose_level":-1}"#, #"{"log_nothing":1}"#, "[]", "{"] {
                    let bad = try await probe.send("POST", "/v2/logging", token: Self.operation, json: body)
                    #expect(bad.status == 400, "\(body): \(bad.text)")
                    #expect(bad[header: "content-type"] == "application/json")
                    #expect(bad.json["error"]?.stringValue != nil)
                }
                #expect(try await probe.send("GET", "/v2/logging", token: Self.token).json == changed.json)
            }
        }
    }

    @Test("the log level of the process follows the settings")
    func levels() throws {
        let levels = LogLevels(from: .info)
        let log = ProcessLog(levels: levels)
        var settings = OperatorSettings()

        #expect(log.settings == LogSettings())
        try settings.change(.log, by: ["log_verbose_level": 2, "log_warning": false])
        log.follow(settings)
        #expect(levels.enabled == [.trace, .debug, .info, .notice, .error, .critical])
        try settings.change(.log, by: ["log_verbose_level": 0, "log_info": false, "log_error": false])
        log.follow(settings)
        #expect(levels.enabled == [])
        #expect(ProcessLog(levels: LogLevels(from: .debug)).settings.verboseLevel == 1)
        #expect(ProcessLog(levels: LogLevels(from: .error)).settings == LogSettings(info: false, warning: false))
    }

    @Test("what is set at one instance is so at the others, and after a restart")
    func instances() async throws {
        try await withInference { fixture in
            try await fixture.running { one in
                let set = try await one.send("POST", "/v2/logging", token: Self.operation, json: #"{"log_verbose_level":1}"#)
                let trace = try await one.send("POST", "/v2/trace/setting", token: Self.operation, json: #"{"trace_rate":"9"}"#)
                #expect([set.status, trace.status] == [200, 200] as [Int], "\(set.text) \(trace.text)")
                try await fixture.running { other in
                    func follows(_ path: String, _ expected: JSONValue) async throws {
                        try await eventually {
                            let seen = try await other.send("GET", path, token: Self.token).json
                            return seen == expected ? nil : "\(seen)"
                        }
                    }
                    try await follows("/v2/logging", set.json)
                    try await follows("/v2/trace/setting", trace.json)
                    let back = try await one.send("POST", "/v2/logging", token: Self.operation, json: #"{"log_verbose_level":0}"#)
                    try await follows("/v2/logging", back.json)
                }
            }
        }
    }

    @Test("trace settings are told and changed, of the server and of a model")
    func trace() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let model = "/v2/models/digits/trace/setting"
                #expect(try await probe.send("GET", model, token: Self.token).json["trace_level"] == ["OFF"])
                let changed = try await probe.send(
                    "POST", "/v2/trace/setting", token: Self.operation, json: #"{"trace_level":["TIMESTAMPS"],"trace_rate":"5"}"#)
                #expect(changed.json == ["trace_level": ["TIMESTAMPS"], "trace_rate": "5", "trace_count": "-1"], "\(changed.text)")
                #expect(try await probe.send("GET", model, token: Self.token).json == changed.json)
                let own = try await probe.send("POST", model, token: Self.operation, json: #"{"trace_rate":"2"}"#)
                #expect(own.json["trace_rate"] == "2")
                #expect(try await probe.send("GET", "/v2/trace/setting", token: Self.token).json == changed.json)
                let bad = try await probe.send("POST", model, token: Self.operation, json: #"{"trace_file":"/tmp/trace.json"}"#)
                #expect(bad.status == 400)
                #expect(bad.json["error"]?.stringValue?.contains("trace_file") == true)
                let unknown = try await probe.send("GET", "/v2/models/nothing/trace/setting", token: Self.token)
                #expect(unknown.status == 404)
            }
        }
    }

    @Test("shared memory and repositories with names are declined with 501 in the protocol's form")
    func declined() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let paths = ["systemsharedmemory", "cudasharedmemory"].flatMap { kind in
                    [
                        ("GET", "/v2/\(kind)/status"), ("GET", "/v2/\(kind)/region/r/status"), ("POST", "/v2/\(kind)/region/r/register"),
                        ("POST", "/v2/\(kind)/region/r/unregister"), ("POST", "/v2/\(kind)/unregister"),
                    ]
                }
                let repositories = [
                    ("POST", "/v2/repository/mine/index"), ("POST", "/v2/repository/mine/models/digits/load"),
                    ("POST", "/v2/repository/mine/models/digits/unload"),
                ]
                let caller = TestAuthority().key("3", roles: Set(Role.allCases))
                for (method, path) in paths + repositories {
                    let answer = try await probe.send(method, path, token: caller, body: method == "POST" ? Array("{}".utf8) : nil)
                    #expect(answer.status == 501, "\(path): \(answer.text)")
                    #expect(answer[header: "content-type"] == "application/json")
                    #expect(answer.json.objectValue?.keys.map { $0 } == ["error"])
                }
            }
        }
    }

    @Test("an unknown path is 404 and a wrong verb 405, in the protocol's form and nowhere else")
    func unknown() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                for (method, path, status) in [
                    ("GET", "/v2/nothing", 404), ("GET", "/v2/models/digits/nothing", 404), ("POST", "/v2/models/digits", 405),
                    ("GET", "/v2/models/digits/infer", 405), ("DELETE", "/v2", 405),
                ] {
                    let answer = try await probe.send(method, path, token: Self.token)
                    #expect(answer.status == status, "\(method) \(path): \(answer.text)")
                    #expect(answer[header: "content-type"] == "application/json")
                    #expect(answer.json.objectValue?.keys.map { $0 } == ["error"])
                    #expect((answer[header: "allow"] != nil) == (status == 405))
                }
                let other = try await probe.send("GET", "/v1/nothing", token: Self.token)
                #expect(other[header: "content-type"] == "application/problem+json")
            }
        }
    }

    @Test("a trailing slash on the server's path is no other path, and the extensions are those that are there")
    func server() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                for path in ["/v2", "/v2/"] {
                    let answer = try await probe.send("GET", path)
                    #expect(answer.status == 200)
                    #expect(answer.json["name"] == "mlmesh")
                    let extensions = Set(answer.json["extensions"]?.arrayValue?.compactMap(\.stringValue) ?? [])
                    #expect(extensions.isSuperset(of: ["binary_tensor_data", "model_configuration", "logging", "trace"]))
                    #expect(extensions.isDisjoint(with: ["system_shared_memory", "cuda_shared_memory", "sequence"]))
                }
                let live = try await probe.send("GET", "/v2/health/live")
                #expect(live.json == ["live": true])
                let ready = try await probe.send("GET", "/v2/health/ready")
                #expect(ready.json == ["ready": true, "live": true])
                let model = try await probe.send("GET", "/v2/models/digits/ready", token: Self.token)
                #expect(model.json == ["name": "digits", "ready": true])
            }
        }
    }
}
