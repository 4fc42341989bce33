import Contracts
import Foundation
import Testing

@testable import TrainerService

@Suite("The comparison of two runs")
struct RunComparisonTests {
    private func run(
        _ id: String, model: String? = "a", metrics: [String: Double] = ["validation_accuracy": 0.9], seed: Int = 7, blas: String = "1"
    ) -> TrainingRun {
        TrainingRun(
            id: id, capability: "digits", state: model == nil ? .failed : .succeeded, manifestRevision: 1,
            dataset: DatasetReference(name: "digits", version: 1, id: Digest(of: [1])), recipe: "softmax-regression",
            parameters: ["l2": 0.01], seed: seed, metrics: metrics, environment: ["blas": blas],
            model: model.map { Digest(of: Array($0.utf8)) }, createdAt: .now, code: RunCode(digest: Digest(of: [2])),
            splits: ["train": Digest(of: [3])])
    }

    @Test("the same bytes are identical, whatever else differs; what differs is named")
    func identical() {
        let found = RunComparison(run("a"), run("b", blas: "2"))
        #expect(found.verdict == .identical)
        #expect(found.differences == [.init(field: "environment.blas", role: .input, first: "1", second: "2")])
    }

    @Test("other bytes with the same metrics are within the tolerance, and one metric beyond it differs")
    func tolerance() {
        let first = run("a")
        let close = run("b", model: "b", metrics: ["validation_accuracy": 0.9 + 1e-9])
        #expect(RunComparison(first, close).verdict == .withinTolerance)
        #expect(RunComparison(first, close, tolerance: 1e-10).verdict == .differs)
        let far = RunComparison(first, run("b", model: "b", metrics: ["validation_accuracy": 0.89], seed: 8))
        #expect(far.verdict == .differs)
        #expect(far.differences.map(\.field) == ["seed", "metrics.validation_accuracy", "model"])
        #expect(far.differences.map(\.role) == [.input, .result, .result])
    }

    @Test("a metric that one run lacks differs, and a run without a model is incomplete")
    func missing() {
        #expect(RunComparison(run("a"), run("b", model: "b", metrics: [:])).verdict == .differs)
        #expect(RunComparison(run("a", metrics: [:]), run("b", model: "b", metrics: [:])).verdict == .differs)
        #expect(RunComparison(run("a"), run("b", model: nil)).verdict == .incomplete)
    }

    @Test("which rows were read is told by their ids, whatever their order, and labeled rows only")
    func splits() throws {
        let rows = try Digits.rows(60)
        let digests = SplitDigests.of(rows)
        #expect(Set(digests.keys) == ["train", "validation", "test"])
        #expect(SplitDigests.of(rows.reversed()) == digests)
        #expect(SplitDigests.of(Array(rows.dropFirst())) != digests)
        let unlabeled = DatasetRow(id: "more", split: "train", input: [:], context: [:], label: nil)
        #expect(SplitDigests.of(rows + [unlabeled]) == digests)
    }
}
