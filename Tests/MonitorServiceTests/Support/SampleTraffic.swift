import Contracts
import Foundation
import Statistics

@testable import MonitorService

/// Traffic of a digit reader: scanners a, b and c, forms of two kinds, and scans of twelve values that depend on the digit.
struct SampleTraffic {
    enum Drift: Sendable, CaseIterable {
        /// Scanner b's scans come inverted.
        case inverted
        /// Scanner b's scans come with noise.
        case noisy
        /// A scanner that was never seen.
        case newSource
    }

    var generator: SeededGenerator
    var next = 0
    let prefix: Int

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        prefix = Int(seed) * 10_000_000
    }

    /// Rows; the model errs on one in ten, and on most drifted ones.
    mutating func rows(_ count: Int, drift: Drift? = nil) -> [TrafficRow] {
        (0..<count).map { _ in row(drift) }
    }

    mutating func row(_ drift: Drift? = nil) -> TrafficRow {
        next += 1
        let digit = generator.index(below: 10)
        var source = ["a", "b", "c"][generator.index(below: 3)]
        let form = ["order", "archive"][generator.index(below: 2)]
        var pixels = (0..<12).map { index in
            // Ink or paper: many pixels are exactly 0, as in real scans.
            max(0, min(16, 8 + 6 * sin(Double(digit * (index + 1))) + 2 * generator.normal()).rounded())
        }
        var isHit = generator.uniform() < 0.9
        if source == "b" {
            switch drift {
            case .inverted?:
                pixels = pixels.map { 16 - $0 }
                isHit = generator.uniform() < 0.25
            case .noisy?: pixels = pixels.map { max(0, min(16, $0 + 8 * generator.normal())) }
            case .newSource?: source = "z"
            case nil: break
            }
        }
        let answer = isHit ? digit : (digit + 1) % 10
        return TrafficRow(
            request: requestID(prefix + next), row: 0, input: ["pixels": .array(pixels.map { .number($0) })],
            context: ["source": .string(source), "form": .string(form)],
            output: ["label": .integer(Int64(answer)), "probabilities": .array((0..<10).map { .number($0 == answer ? 0.91 : 0.01) })],
            label: .integer(Int64(digit)))
    }
}

extension TrafficRow {
    /// The row as inference would have told it.
    func record(version: Int = 1, shadow: Bool = false, team: String = "documents") -> PredictionRecord {
        PredictionRecord(
            requestId: request, time: Date(timeIntervalSince1970: 1_800_000_000), capability: "digits", version: version, team: team,
            shadow: shadow,
            rows: 1, microseconds: 300, inputs: input, outputs: output.mapValues { $0.arrayValue == nil ? .array([$0]) : $0 },
            context: context.mapValues { [$0] })
    }

    var feedback: Feedback { Feedback(id: request.description, requestId: request, row: row, label: label) }
}

func requestID(_ number: Int) -> RequestID {
    let digits = String(number, radix: 16)
    return RequestID(String(repeating: "0", count: 32 - digits.count) + digits) ?? RequestID()
}

/// The capability of the tests.
enum SampleCapability {
    static func manifest(window: Int = 200, bound: Double = 0.2) throws -> CapabilityManifest {
        let text = """
            {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "digits", "team": "documents"},
             "interface": {
               "inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 12], "minimum": 0, "maximum": 16}],
               "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]},
                           {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]}],
               "context": [{"name": "source", "datatype": "BYTES"}, {"name": "form", "datatype": "BYTES"}]},
             "slices": [{"name": "eights", "where": "label = 8", "live": "prediction.label = 8"},
                        {"name": "scanner-b", "where": "context.source = 'b'"}, {"name": "orders", "where": "context.form = 'order'"}],
             "data": {"dataset": "digits", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}},
             "labeling": {"choices": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "overlap": 2},
             "monitoring": {"drift": {"psiAtMost": \(bound), "window": \(window)},
                            "alerts": [{"slice": "*", "metric": "accuracy", "atLeast": 0.75, "then": "label"}]}}
            """
        return try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
    }

    static func record(_ name: String = "digits", window: Int = 200) throws -> CapabilityRecord {
        var manifest = try manifest(window: window)
        manifest.metadata.name = name
        return CapabilityRecord(
            name: name, team: "documents", revision: 1, digest: Digest(of: []), manifest: manifest, appliedAt: .now, appliedBy: "key:1")
    }

    static func version(_ number: Int) -> ModelVersion {
        ModelVersion(
            capability: "digits", version: number, model: Digest(of: [UInt8(number)]), bytes: 1, run: "run-\(number)",
            dataset: DatasetReference(name: "digits", version: 1), manifestRevision: 1, recipe: "softmax-regression", parameters: [:],
            seed: 1,
            metrics: [:], aliases: [], createdAt: .now)
    }

    static func champion(_ number: Int, of capability: String = "digits") -> ModelAlias {
        ModelAlias(
            capability: capability, alias: "champion", version: number, model: Digest(of: [UInt8(number)]), previous: nil, movedAt: .now,
            movedBy: "key:1", report: nil)
    }
}
