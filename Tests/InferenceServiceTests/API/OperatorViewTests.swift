import Contracts
import Foundation
import Logging
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("What operators see", .serialized)
struct OperatorViewTests {
    @Test("of the real server promtool finds no fault; queues, run times and rows are told by model and lane, refusals by reason")
    func metrics() async throws {
        let models = [EchoModel(name: "echo", inputs: [.init(name: "x", datatype: "FP32", shape: [-1, 2])])]
        try await StandAloneServer.running(models) { server in
            let good = #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#
            let bad = #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}"#
            #expect(try await server.probe.send("POST", "/v2/models/echo/infer", json: good).status == 200)
            #expect(try await server.probe.send("POST", "/v2/models/echo/infer", json: bad).status == 400)
            let text = try await server.probe.send("GET", "/metrics").text

            #expect(try Promtool.faults(in: text) == [])
            for line in [
                #"mesh_inference_waiting{lane="online",model="echo",version="1"} 0"#,
                #"mesh_inference_waiting{lane="batch",model="echo",version="1"} 0"#,
                #"mesh_inference_refusals_total{model="echo",reason="invalid",version="1"} 1"#,
                #"mesh_inference_run_rows_count{lane="online",model="echo",version="1"} 1"#,
                #"mesh_inference_engine_seconds_count{lane="online",model="echo",version="1"} 1"#,
                #"mesh_inference_run_rows_count{lane="batch",model="echo",version="1"} 0"#,
                #"mesh_inference_alias_behind{alias="champion",model="echo"} 0"#,
            ] {
                #expect(text.contains(line), "\(line)")
            }
        }
    }

    @Test("a request whose model cannot be loaded is counted as refused, for that reason")
    func unavailable() async throws {
        try await withFolder { folder in
            try folder.put(Array("no model".utf8), "digits", 1)
            try await folder.running { probe in
                for _ in 0..<2 { #expect(try await probe.answer("digits") == .status(503)) }
                let metrics = try await probe.send("GET", "/metrics").text
                #expect(metrics.contains(#"mesh_inference_refusals_total{model="digits",reason="unavailable",version="1"} 2"#))
            }
        }
    }

    @Test("the queue's length is told while requests wait, and runs of the batch lane are counted by their rows")
    func lanes() async throws {
        let runtime = try EngineLibrary.runtime()
        let model = try SlowModel.loaded(layers: 20, runtime: runtime)
        let scheduler = Scheduler(threads: 1, queue: 8)
        _ = try await scheduler.runBatch(model, [SlowModel.row(1, rows: 6)])
        let counts = model.lane.statistics.counts
        #expect(counts.batchLaneRows == 6)
        #expect(counts.batchLane.count >= 1)
        #expect(model.lane.waitingPieces == 0)
    }

    @Test("the configuration says what the measurement at load chose, that it was measured, and what the owner declared instead")
    func batching() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try folder.put(try SampleModel.bytes(1), "digits", 2)
            try folder.put(try SampleModel.bytes(1), "told", 1)
            try folder.put(#"{"batching":{"maximumRows":8,"maximumDelayMicroseconds":100}}"#, "told", file: "config.json")
            try await folder.running { probe in
                let measured = try await probe.send("GET", "/v2/models/digits/config").json
                #expect(measured["parameters"]?["dynamic_batching_by"] == ["string_value": "measurement"])
                let cost = try #require(Double(measured["parameters"]?["merged_row_cost"]?["string_value"]?.stringValue ?? ""))
                #expect(cost > 0)
                // A row of so small a model costs next to nothing beside the call: merging pays by far.
                #expect(measured["max_batch_size"]?.integerValue == 32, "\(cost)")
                #expect(measured["dynamic_batching"]?["max_queue_delay_microseconds"] == 0)
                #expect(measured["input"]?.arrayValue?.first?["dims"] == [4])

                let idle = try await probe.send("GET", "/v2/models/digits/versions/1/config").json
                #expect(idle["parameters"]?["dynamic_batching_by"] == ["string_value": "measurement at load"])
                #expect(idle["max_batch_size"] == 0)
                let told = try await probe.send("GET", "/v2/models/told/config").json
                #expect(told["parameters"]?["dynamic_batching_by"] == ["string_value": "declaration"])
                #expect(told["max_batch_size"] == 8)
            }
        }
    }

    @Test("memory is that of all instances together, whichever is asked")
    func memory() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { first in
                let alone = try #require(try await Self.bytes(first[0]))
                #expect(alone > 0)
                try await fixture.running(instances: 1) { second in
                    for probe in first + second {
                        try await eventually {
                            let all = try await Self.bytes(probe) ?? 0
                            // Each measures by itself.
                            return all > alone ? nil : "\(all) of \(alone)"
                        }
                    }
                }
            }
        }
    }

    private static func bytes(_ probe: HTTPProbe) async throws -> Int64? {
        let answer = try await probe.send("GET", "/v2/models/digits/versions/1/stats", token: InferenceFixture.engineer)
        return answer.json["model_stats"]?.arrayValue?.first?["memory_usage"]?.arrayValue?.first?["byte_size"]?.integerValue
    }

    @Test("a load asks for the champion: what another alias stands for may be refused, and is told")
    func otherAlias() async throws {
        try await withInference { fixture in
            try await fixture.register(3, of: "digits", isGood: false)
            try await fixture.point("candidate", of: "digits", to: 3)
            try await fixture.running(instances: 1) { probes in
                let load = try await probes[0].load("digits")
                #expect(load.status == 200)
                let states = load.json.arrayValue?.map { "\($0["version"]?.stringValue ?? "") \($0["state"]?.stringValue ?? "")" }
                #expect(states == ["1 READY", "3 UNAVAILABLE"])
            }
        }
    }

    @Test("an old look at the settings changes nothing")
    func overtaken() throws {
        let levels = LogLevels(from: .error)
        let follower = SettingsFollower(
            log: ProcessLog(levels: levels), tracer: RequestTracer(logger: quiet), store: nil, logger: quiet)
        var settings = OperatorSettings()
        let old = settings
        try settings.change(.trace, by: ["trace_rate": 7])
        follower.take(settings)
        follower.take(old)
        #expect(follower.tracer.settings(of: nil).json["trace_rate"] == "7", "\(follower.tracer.settings(of: nil).json)")
    }
}
