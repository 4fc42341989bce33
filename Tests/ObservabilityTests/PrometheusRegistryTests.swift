import Foundation
import Metrics
import Observability
import Testing

@Suite("Prometheus text")
struct PrometheusRegistryTests {
    func filled() -> PrometheusRegistry {
        let registry = PrometheusRegistry(buckets: ["mesh_batch_rows": [1, 10]])
        ProcessMetrics.register(in: registry)
        registry.describe("mesh_requests_total", "Requests\nby \\route.")
        Counter(label: "mesh.requests", dimensions: [("route", "/v1/\"x\\\n")], factory: registry).increment(by: 3)
        Counter(label: "mesh.requests", dimensions: [("route", "b")], factory: registry).increment()
        Gauge(label: "mesh_queue_depth", factory: registry).record(2.5)
        Meter(label: "mesh_in_flight_requests", factory: registry).set(4)
        Recorder(label: "mesh_batch_rows", dimensions: [], aggregate: true, factory: registry).record(7)
        Timer(label: "mesh_http_duration", dimensions: [("route", "a")], factory: registry).recordMilliseconds(3)
        return registry
    }

    @Test("counters, gauges and histograms are written with their labels escaped")
    func values() {
        let text = filled().render()

        #expect(text.contains("# HELP mesh_requests_total Requests\\nby \\\\route.\n# TYPE mesh_requests_total counter\n"))
        #expect(text.contains("mesh_requests_total{route=\"/v1/\\\"x\\\\\\n\"} 3\n"))
        #expect(text.contains("mesh_queue_depth 2.5\n"))
        #expect(text.contains("mesh_in_flight_requests 4\n"))
        #expect(
            text.contains(
                "mesh_batch_rows_bucket{le=\"1\"} 0\nmesh_batch_rows_bucket{le=\"10\"} 1\nmesh_batch_rows_bucket{le=\"+Inf\"} 1\n"))
        #expect(text.contains("mesh_http_duration_seconds_bucket{route=\"a\",le=\"0.0025\"} 0\n"))
        #expect(text.contains("mesh_http_duration_seconds_bucket{route=\"a\",le=\"0.005\"} 1\n"))
        #expect(text.contains("mesh_http_duration_seconds_count{route=\"a\"} 1\n"))
        #expect(text.ranges(of: "# TYPE mesh_requests_total").count == 1)
        #expect(text.contains("process_resident_memory_bytes "))
    }

    @Test("OpenMetrics names counter families without the suffix and ends with EOF")
    func openMetrics() {
        let text = filled().render(openMetrics: true)

        #expect(text.contains("# TYPE mesh_requests counter\n"))
        #expect(text.contains("mesh_requests_total{route=\"b\"} 1.0\n"))
        #expect(text.hasSuffix("# EOF\n"))
    }

    @Test("a name used for two kinds keeps the first")
    func twoKinds() {
        let registry = PrometheusRegistry()
        Meter(label: "mesh_things_total", factory: registry).set(5)

        Counter(label: "mesh_things", factory: registry).increment()

        #expect(registry.render().contains("mesh_things_total 5\n"))
    }

    @Test("label sets beyond the limit are counted together")
    func bounded() {
        let registry = PrometheusRegistry()

        for index in 0..<2_100 { Counter(label: "c", dimensions: [("id", "\(index)")], factory: registry).increment() }

        let text = registry.render()
        #expect(text.split(separator: "\n").count < 2_010)
        #expect(text.contains("c_total{id=\"other\"} 100\n"))
    }

    @Test("a destroyed metric is no longer rendered")
    func destroyed() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "gone", factory: registry)
        counter.increment()

        counter.destroy()

        #expect(!registry.render().contains("gone"))
    }

    @Test("promtool finds no fault", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")))
    func promtool() throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/promtool")
        process.arguments = ["check", "metrics"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        input.fileHandleForWriting.write(Data(filled().render().utf8))
        try input.fileHandleForWriting.close()

        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()

        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}
