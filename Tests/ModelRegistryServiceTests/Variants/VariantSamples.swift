import Contracts
import Foundation

/// Variants as the trainer makes them, for version 1 of `digits`, whose model is the digest of `r1`.
extension ModelVariant {
    static func sample(
        _ precision: String = "fp16", content: String? = nil, verdict: Verdict = .passed, bytes: Int = 1_000, slowness: Double = 1,
        covered: [String: Int] = [:], opset: Int = 17, isMeasured: Bool = true
    ) -> ModelVariant {
        let id = Digest(of: Array((content ?? precision).utf8))
        let latency = VariantMeasurement.Latency(p50: slowness, p95: slowness, p99: slowness)
        let measurement = VariantMeasurement(
            machine: "a machine", threads: 1, loadMilliseconds: 1, parentLoadMilliseconds: 1, single: latency,
            parentSingle: .init(p50: 1, p95: 1, p99: 1), batch: 32, rowsPerSecond: 1, parentRowsPerSecond: 1, rows: 10,
            topOneAgreement: 1, equalLabels: nil, maximumError: 0, meanError: 0, slices: [])
        var report = SuiteReport.sample(results: [.sample("good enough", verdict == .failed ? .fail : .pass)])
        report.model = id
        report.startedAt = Date(timeIntervalSince1970: 1_000)
        return ModelVariant(
            id: id, capability: "digits", version: 1, parent: Digest(of: Array("r1".utf8)), precision: precision, format: "onnx",
            opset: opset, bytes: bytes, parentBytes: 4_000, tool: "test", options: "", dataset: nil, calibrationRows: [], left: [:],
            measurement: isMeasured ? measurement : nil,
            coverage: covered.map { target, share in
                VariantCoverage(
                    target: target, source: "a list", date: "1", nodes: 100, supported: share, partitions: 1, unsupported: [:])
            },
            report: verdict == .unmeasured ? nil : report, verdict: verdict, createdAt: Date(timeIntervalSince1970: 1_000))
    }
}
