import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Predictions that wait", .serialized)
struct InferQueueTests {
    typealias Serving = CapabilityManifest.Serving

    static let path = InferenceFixture.path
    static let token = InferenceFixture.engineer

    /// Runs an instance whose manifest says how digits is served.
    static func serving<T: Sendable>(
        _ serving: Serving, _ body: @Sendable @escaping (InferenceFixture, HTTPProbe) async throws -> T
    ) async throws -> T {
        try await withInference { fixture in
            var record = try SampleModel.record()
            record.revision = 2
            record.manifest.serving = serving
            try await fixture.announce(EventType.capabilityApplied, record)
            return try await fixture.running { probe in try await body(fixture, probe) }
        }
    }

    private static func send(_ probe: HTTPProbe, _ parameters: String = "{}", rows: [[Double]] = [[9, 9, 1, 1]]) async throws -> ProbeAnswer
    {
        try await probe.send("POST", path, token: token, json: SampleModel.request(rows, more: #","parameters":\#(parameters)"#))
    }

    @Test("each answer says the rows of its run and the time it waited; requests that wait for each other share a run")
    func facts() async throws {
        try await Self.serving(Serving(batching: .init(maximumRows: 4, maximumDelayMicroseconds: 5_000_000, preferredRows: nil))) {
            _, probe in
            let answers = try await withThrowingTaskGroup(of: ProbeAnswer.self) { group in
                for index in 0..<4 {
                    group.addTask { try await Self.send(probe, rows: [index % 2 == 0 ? [9, 9, 1, 1] : [1, 1, 9, 9]]) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status) == [200, 200, 200, 200])
            #expect(answers.map { $0.json["parameters"]?["batch_rows"]?.integerValue } == [4, 4, 4, 4])
            #expect(answers.allSatisfy { ($0.json["parameters"]?["queue_us"]?.integerValue ?? -1) >= 0 })
            #expect(answers.map { InferTests.label($0) }.sorted { $0[0] < $1[0] } == [[10], [10], [11], [11]])
            let stats = try await probe.send("GET", "/v2/models/digits/versions/1/stats", token: Self.token)
            let counts = stats.json["model_stats"]?.arrayValue?.first
            #expect(counts?["inference_count"] == 4)
            #expect(counts?["execution_count"] == 1)
            #expect(counts?["inference_stats"]?["success"]?["count"] == 4)
        }
    }

    @Test("requests that come in together share a run though nobody waits, and each gets its own answer")
    func together() async throws {
        try await Self.serving(Serving(batching: .init(maximumRows: 8, maximumDelayMicroseconds: 0, preferredRows: nil))) { _, probe in
            let connections = try (0..<24).map { _ in try ProbeConnection(port: probe.port) }
            let rows: [[Double]] = [[9, 9, 1, 1], [1, 1, 9, 9], [9, 9, 1, 99]]
            let wanted: [(status: Int, label: [Int64])] = [(200, [10]), (200, [11]), (400, [])]
            try await eventually {
                let answers = try await withThrowingTaskGroup(of: (Int, ProbeAnswer).self) { group in
                    for (index, connection) in connections.enumerated() {
                        let body = Array(SampleModel.request([rows[index % 3]]).utf8)
                        group.addTask {
                            await connection.write(HTTPProbe.request("POST", Self.path, token: Self.token, body: body))
                            return (index, try await connection.answer())
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for (index, answer) in answers {
                    #expect(answer.status == wanted[index % 3].status)
                    #expect(InferTests.label(answer) == wanted[index % 3].label)
                }
                let shared = answers.compactMap { $0.1.json["parameters"]?["batch_rows"]?.integerValue }.max() ?? 0
                #expect(shared <= 8)
                return shared > 1 ? nil : "no run was shared"
            }
            let stats = try await probe.send("GET", "/v2/models/digits/versions/1/stats", token: Self.token)
            let counts = stats.json["model_stats"]?.arrayValue?.first
            #expect(counts?["inference_count"] == counts?["inference_stats"]?["success"]?["count"])
        }
    }

    @Test("a request of another shape, or a bad one, does not harm those it came with")
    func badNeighbour() async throws {
        try await Self.serving(Serving(batching: .init(maximumRows: 2, maximumDelayMicroseconds: 5_000_000, preferredRows: nil))) {
            _, probe in
            async let first = Self.send(probe)
            let bad = try await Self.send(probe, rows: [[9, 9, 1, 99]])
            async let second = Self.send(probe)
            let statuses = [try await first.status, bad.status, try await second.status]

            #expect(statuses == [200, 400, 200])
            #expect(bad.json["error"]?.stringValue?.contains("pixels") == true)
        }
    }

    @Test("a timeout that passes in the queue is 504, and parameters that make no sense are named")
    func parameters() async throws {
        try await Self.serving(Serving(batching: .init(maximumRows: 8, maximumDelayMicroseconds: 20_000, preferredRows: nil))) { _, probe in
            let late = try await Self.send(probe, #"{"timeout":1}"#)
            let early = try await Self.send(probe, #"{"timeout":5000000,"priority":3}"#)
            let none = try await Self.send(probe, #"{"timeout":0,"priority":null}"#)
            #expect([late.status, early.status, none.status] == [504, 200, 200] as [Int])
            #expect(late.json["error"]?.stringValue?.contains("timeout") == true)
            for (name, value) in [("timeout", "-1"), ("timeout", "1.5"), ("timeout", #""5""#), ("priority", "-3"), ("priority", "true")] {
                let answer = try await Self.send(probe, #"{"\#(name)":\#(value)}"#)
                #expect(answer.status == 400, "\(name) \(value): \(answer.text)")
                #expect(answer.json["error"]?.stringValue?.contains(name) == true, "\(answer.text)")
            }
        }
    }

    @Test("a full queue is 429 with Retry-After, and those that wait are answered")
    func full() async throws {
        try await Self.serving(
            Serving(batching: .init(maximumRows: 64, maximumDelayMicroseconds: 1_000_000, preferredRows: nil), queue: 3)
        ) { _, probe in
            let answers = try await withThrowingTaskGroup(of: ProbeAnswer.self) { group in
                for _ in 0..<8 { group.addTask { try await Self.send(probe) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 200 }.count == 3)
            let refused = answers.filter { $0.status == 429 }
            #expect(refused.count == 5)
            #expect(refused.allSatisfy { (Int($0[header: "retry-after"] ?? "") ?? 0) >= 1 && $0.json["error"] != nil })
            let metrics = try await probe.send("GET", "/metrics").text
            #expect(metrics.contains(#"mesh_inference_refusals_total{model="digits",reason="overloaded",version="1"} 5"#))
        }
    }

    @Test("an equal request is answered from what was kept, counted as such, with an id of its own; another input is not")
    func kept() async throws {
        try await Self.serving(Serving(cacheBytes: 1 << 16)) { _, probe in
            let first = try await Self.send(probe)
            let again = try await Self.send(probe)
            let other = try await Self.send(probe, rows: [[1, 1, 9, 9]])
            let parameter = try await Self.send(probe, #"{"page":3}"#)
            let counts = try await probe.send("GET", "/v2/models/digits/stats", token: Self.token).json["model_stats"]?.arrayValue?.first

            #expect([first, again, other, parameter].map { InferTests.label($0) } == [[10], [10], [11], [10]])
            #expect(first.json["id"] != again.json["id"])
            #expect(counts?["inference_stats"]?["cache_hit"]?["count"] == 1)
            #expect(counts?["inference_stats"]?["cache_miss"]?["count"] == 3)
            #expect(counts?["inference_stats"]?["success"]?["count"] == 4)
            #expect(counts?["execution_count"] == 3)
        }
    }

    @Test("accepted = answered + timed out + cancelled, whoever hangs up, while versions come and go; no use of a model is left behind")
    func conservation() async throws {
        let batching = Serving.Batching(maximumRows: 8, maximumDelayMicroseconds: 2_000, preferredRows: nil)
        try await Self.serving(Serving(batching: batching)) { fixture, probe in
            let answered = try await withThrowingTaskGroup(of: [Int: Int].self) { group in
                for client in 0..<6 {
                    group.addTask {
                        var statuses: [Int: Int] = [:]
                        for index in 0..<60 {
                            let connection = try ProbeConnection(port: probe.port)
                            let more = index % 3 == 0 ? #","parameters":{"timeout":1500}"# : ""
                            let version = index % 2 == 0 ? "" : "/versions/\(1 + client % 2)"
                            await connection.write(
                                HTTPProbe.request(
                                    "POST", "/v2/models/digits\(version)/infer", token: Self.token,
                                    body: Array(SampleModel.request(more: more).utf8)))
                            // Some hang up at once.
                            if (index + client) % 4 == 0 { continue }
                            statuses[try await connection.answer().status, default: 0] += 1
                        }
                        return statuses
                    }
                }
                for version in [2, 1, 2, 1] { try await fixture.point("champion", to: version) }
                return try await group.reduce(into: [Int: Int]()) { $0.merge($1) { $0 + $1 } }
            }
            #expect(Set(answered.keys).isSubset(of: [200, 504]), "\(answered)")
            #expect((answered[200] ?? 0) + (answered[504] ?? 0) == 6 * 45)
            try await eventually {
                let report = try await probe.send("GET", "/v2/models/digits/stats", token: Self.token).json["model_stats"]?.arrayValue ?? []
                let ended = report.reduce(Int64(0)) { (sum: Int64, entry: JSONValue) -> Int64 in
                    let stats = entry["inference_stats"]
                    let answered: Int64 = stats?["success"]?["count"]?.integerValue ?? 0
                    let failed: Int64 = stats?["fail"]?["count"]?.integerValue ?? 0
                    return sum + answered + failed
                }
                // Who hung up before the whole request was read never was accepted.
                return ended >= 6 * 45 && ended <= 6 * 60 ? nil : "\(ended) ended"
            }
            let unload = try await probe.send("POST", "/v2/repository/models/digits/unload", token: InferenceFixture.operators, body: [])
            #expect(unload.status == 200, "\(unload.text)")
            try await eventually {
                let index = try await probe.send("POST", "/v2/repository/index", token: Self.token, body: [])
                let states = index.json.arrayValue?.compactMap { $0["state"]?.stringValue } ?? []
                return states.allSatisfy { $0 == "UNAVAILABLE" } && !states.isEmpty ? nil : "\(states)"
            }
        }
    }
}
