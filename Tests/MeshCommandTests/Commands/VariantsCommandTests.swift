import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("mesh variants")
struct VariantsCommandTests {
    @Test("a version is named by number or alias, the champion when neither is given")
    func wishes() throws {
        func wish(_ text: String) throws -> [String?] {
            let wish = try VariantsCommand.wish(text, precisions: [], dataset: nil)
            return [wish.capability, wish.version.map(String.init), wish.alias]
        }

        #expect(try wish("digits@4") == ["digits", "4", nil])
        #expect(try wish("digits@candidate") == ["digits", nil, "candidate"])
        #expect(try wish("digits") == ["digits", nil, "champion"])
        #expect(try VariantsCommand.wish("digits", precisions: ["fp16"], dataset: 3).precisions == ["fp16"])
        for text in ["", "@4", "digits@", "digits@4@5"] {
            #expect(throws: CommandFault.self, "\(text)") { try wish(text) }
        }
    }

    @Test("the table has a line for each precision, with why one was not made and what tests of a failed one say")
    func table() {
        let latency = VariantMeasurement.Latency(p50: 0.05, p95: 1, p99: 1)
        let slice = VariantMeasurement.Slice(
            slice: "eights", metric: "recall", rows: 39, parent: 0.9, variant: 0.7, delta: -0.2, low: -0.3, high: -0.1)
        let measured = VariantMeasurement(
            machine: "m", threads: 1, loadMilliseconds: 1, parentLoadMilliseconds: 1, single: latency,
            parentSingle: .init(p50: 0.1, p95: 1, p99: 1), batch: 32, rowsPerSecond: 64_000, parentRowsPerSecond: 1, rows: 360,
            topOneAgreement: 0.9888, equalLabels: nil, maximumError: 0, meanError: 0, slices: [slice])
        let id = Digest(of: [1])
        let result = TestResult(
            name: "eights", kind: "metric", verdict: .fail, blocking: true, rows: 39, message: "Recall is 0.7.")
        let report = SuiteReport(
            id: "r", capability: "digits", model: id, version: 4, manifestRevision: 1,
            dataset: DatasetReference(name: "digits", version: 3), champion: nil, startedAt: .now, seconds: 1, results: [result])
        let variant = ModelVariant(
            id: id, capability: "digits", version: 4, parent: id, precision: "int8-w", format: "onnx", opset: 17, bytes: 12_345,
            parentBytes: 50_000, tool: "t", options: "", dataset: nil, calibrationRows: [], left: [:], measurement: measured,
            coverage: [], report: report, verdict: .failed, createdAt: .now)
        let run = VariantRun(
            id: "v", capability: "digits", version: 4, dataset: 3, precisions: ["fp16", "int8-w"], state: .finished,
            outcomes: [
                .init(precision: "fp16", reason: "no node can be converted"), .init(precision: "int8-w", variant: id, verdict: .failed),
            ],
            createdAt: .now)

        let lines = VariantsCommand.text(run, [variant]).split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0] == "digits version 4, dataset version 3")
        #expect(lines[2].hasPrefix("fp16") && lines[2].hasSuffix("no node can be converted"))
        for part in ["int8-w", "failed", "12345", "0.050", "0.50", "64000", "0.9888", "-0.2000 recall on eights"] {
            #expect(lines[3].contains(part), "\(part) in \(lines[3])")
        }
        #expect(lines[4] == "    fail eights: Recall is 0.7.")
    }
}
