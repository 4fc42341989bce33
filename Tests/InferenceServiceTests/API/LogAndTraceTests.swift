import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

/// What settings change in the log of the real executable.
@Suite("Log and traces")
struct LogAndTraceTests {
    private static let models = [EchoModel(name: "echo", inputs: [.init(name: "x", datatype: "FP32", shape: [-1, 2])])]

    private func infer(_ server: StandAloneServer) async throws {
        let body = #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#
        let answer = try await server.probe.send("POST", "/v2/models/echo/infer", json: body)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private func lines(_ message: JSONValue, of server: StandAloneServer) throws -> [JSONValue] {
        try server.logged.filter { $0["message"] == message }
    }

    @Test("predictions are logged when the level says so, and not before and after")
    func level() async throws {
        try await StandAloneServer.running(Self.models) { server in
            func logged() throws -> Int { try lines("request answered", of: server).count { $0["route"] == "/v2/models/{model}/infer" } }
            try await infer(server)
            _ = try await server.probe.send("POST", "/v2/logging", json: #"{"log_verbose_level":1}"#)
            #expect(try logged() == 0)
            try await infer(server)
            try await eventually { try logged() == 1 ? nil : "\(try logged()) lines" }
            _ = try await server.probe.send("POST", "/v2/logging", json: #"{"log_verbose_level":0}"#)
            try await infer(server)
            try await infer(server)
            #expect(try logged() == 1)
        }
    }

    @Test("one in so many requests writes how long its parts took, and no more than were asked for")
    func traces() async throws {
        try await StandAloneServer.running(Self.models) { server in
            let wish = #"{"trace_level":["TIMESTAMPS"],"trace_rate":"2","trace_count":"2"}"#
            let set = try await server.probe.send("POST", "/v2/models/echo/trace/setting", json: wish)
            #expect(set.status == 200, "\(set.text)")
            for _ in 0..<8 { try await infer(server) }

            try await eventually {
                let traces = try lines("request traced", of: server)
                return traces.count == 2 ? nil : "\(traces)"
            }
            let trace = try #require(try lines("request traced", of: server).first)
            #expect(trace["model"] == "echo" && trace["version"] == "1" && trace["rows"] == "1")
            let total = try #require(trace["totalMicroseconds"]?.stringValue.flatMap { Int($0) })
            let infer = try #require(trace["inferMicroseconds"]?.stringValue.flatMap { Int($0) })
            #expect(total >= infer && total > 0, "\(trace)")
            let left = try await server.probe.send("GET", "/v2/models/echo/trace/setting")
            #expect(left.json["trace_count"] == "0")
        }
    }
}
