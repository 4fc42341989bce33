import Contracts
import Foundation
import Testing

@testable import InferenceService

@Suite("Statistics report")
struct StatisticsReportTests {
    @Test("counts are written in the words of the protocol, times in nanoseconds and batches by size")
    func words() {
        var counts = ServingCounts()
        counts.ran(rows: 8, ComputeTimes(input: 1, infer: 20, output: 3))
        counts.ran(rows: 2, ComputeTimes(input: 2, infer: 30, output: 4))
        counts.answered(total: 100, waited: 7, ComputeTimes(input: 1, infer: 20, output: 3))
        counts.hit(total: 10, lookup: 5)
        counts.fail.note(50)
        counts.lastInference = Date(timeIntervalSince1970: 1_764_043_200.5)

        let json = StatisticsReport(model: "digits", version: "4", counts: counts, bytes: 1024).json

        #expect(json["name"] == "digits")
        #expect(json["version"] == "4")
        #expect(json["last_inference"] == 1_764_043_200_500)
        #expect(json["inference_count"] == 10, "rows")
        #expect(json["execution_count"] == 2, "runs")
        #expect(
            json["inference_stats"] == [
                "success": ["count": 2, "ns": 110], "fail": ["count": 1, "ns": 50], "queue": ["count": 2, "ns": 7],
                "compute_input": ["count": 1, "ns": 1], "compute_infer": ["count": 1, "ns": 20], "compute_output": ["count": 1, "ns": 3],
                "cache_hit": ["count": 1, "ns": 5], "cache_miss": ["count": 0, "ns": 0],
            ])
        #expect(json["batch_stats"]?.arrayValue?.map { $0["batch_size"] } == [2, 8])
        #expect(json["batch_stats"]?.arrayValue?.last?["compute_infer"] == ["count": 1, "ns": 20])
        #expect(json["memory_usage"] == [["type": "CPU", "id": 0, "byte_size": 1024]])
    }

    @Test("a version that was never called has zeroes")
    func never() {
        let json = StatisticsReport(model: "digits", version: "1", counts: ServingCounts()).json

        #expect(json["last_inference"] == 0)
        #expect(json["inference_count"] == 0)
        #expect(json["batch_stats"] == [])
        #expect(json["memory_usage"] == [])
    }
}
