import Contracts
import Slices
import Statistics

/// The tests of a manifest, ready to judge predictions. Judging is a pure function: the same input gives the same results.
public struct TestSuite: Sendable {
    let manifest: CapabilityManifest
    let slices: SliceSet
    let labels: LabelSet?

    /// Reads the manifest's slices and choices.
    public init(_ manifest: CapabilityManifest) throws {
        self.manifest = manifest
        slices = try SliceSet(manifest.slices)
        labels = LabelSet(manifest)
    }

    /// The rows that count: labeled ones of the test split.
    public static func rows(_ rows: [DatasetRow]) -> [DatasetRow] {
        rows.filter { $0.split == "test" && $0.label != nil && $0.label != .null }
    }

    /// One result for each test, in the manifest's order.
    ///
    /// - Parameters:
    ///   - rows: labeled rows of the test split.
    ///   - candidate: what the model said of these rows, in their order.
    public func results(_ rows: [DatasetRow], candidate: Predictions, champion: Champion) throws(EvaluationError) -> [TestResult] {
        guard candidate.count == rows.count else { throw .model("it answered \(candidate.count) of \(rows.count) rows") }
        let truth = try Truths(rows, labels: labels)
        var results: [TestResult] = []
        for test in manifest.tests ?? [] {
            let picked = positions(of: test.slice, rows, candidate)
            let judge = Judge(test: test, manifest: manifest, rows: picked.count)
            switch test.kind {
            case "metric":
                results.append(
                    judge.metric { (metric) throws(MetricError) in
                        try metric.measure(try truth.scored(candidate).picking(picked))
                    })
            case "regression":
                results.append(
                    judge.regression(champion) { (metric, champion) throws(MetricError) in
                        let before = try truth.scored(champion).picking(picked)
                        return try metric.compare(champion: before, candidate: try truth.scored(candidate).picking(picked))
                    })
            default: results.append(judge.unknown())
            }
        }
        return results
    }

    /// Rows of a slice by index; all rows where the test names none.
    private func positions(of slice: String?, _ rows: [DatasetRow], _ candidate: Predictions) -> [Int] {
        guard let slice else { return Array(rows.indices) }
        guard let predicate = slices[slice]?.where.compiled() else { return [] }
        return rows.indices.filter { index in
            let row = rows[index]
            return predicate { field in
                switch field.scope {
                case .label: row.label
                case .context: row.context[field.name]
                case .input: row.input[field.name]
                case .prediction: candidate.outputs[field.name]?[index]
                }
            } == .true
        }
    }
}
