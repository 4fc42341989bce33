import Contracts
import Foundation
import OnnxRuntime
import Slices

/// The tests of a manifest, ready to judge. Judging predictions is a pure function: the same input gives the same results.
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

    private var tests: [TestSpec] { manifest.tests ?? [] }

    /// Aliases whose models tests compare with.
    public var aliases: Set<String> { Set(tests.compactMap(\.against)) }

    /// Datasets of preferences that tests ask for.
    public var preferenceDatasets: Set<String> { Set(tests.compactMap(\.dataset)) }

    /// KPIs that tests ask for, with the metric that should foretell each.
    public var kpis: [(kpi: String, metric: String)] {
        tests.compactMap { test in test.kpi.flatMap { kpi in test.metric.map { (kpi, $0) } } }
    }

    /// One result for each test, in the manifest's order, on predictions alone.
    ///
    /// - Parameters:
    ///   - rows: labeled rows of the test split.
    ///   - candidate: what the model said of these rows, in their order.
    ///   - champion: the model that regression tests compare with, whatever alias they name.
    public func results(_ rows: [DatasetRow], candidate: Predictions, champion: Champion) throws(EvaluationError) -> [TestResult] {
        let rivals = Dictionary(uniqueKeysWithValues: aliases.map { ($0, Rival(champion)) })
        return results(
            try Subject(suite: self, material: SuiteMaterial(rows: rows), rows: rows, candidate: candidate, rivals: rivals), isTimed: false)
    }

    /// One result for each test, in the manifest's order; with the seconds that each took where `isTimed`.
    func results(_ subject: Subject, isTimed: Bool) -> [TestResult] {
        tests.map { test in
            let start = ContinuousClock.now
            var result = judge(test, subject)
            if isTimed { result.seconds = (ContinuousClock.now - start) / .seconds(1) }
            return result
        }
    }

    /// What one test cannot do leaves that test open, and no other; an engine that breaks off on the model fails it.
    private func judge(_ test: TestSpec, _ subject: Subject) -> TestResult {
        let judge = Judge(test: test, manifest: manifest, rows: subject.positions(of: test.slice).count)
        guard let check = TestKind(rawValue: test.kind)?.check(test) else {
            return judge.undecided("The test runner does not know the kind \(test.kind).")
        }
        do { return try check.judge(subject) } catch let error as EngineError
            where ![.library, .provider, .cancelled].contains(error.kind)
        {
            return judge.broken("The model could not be run: \(error).")
        } catch { return judge.undecided("The test could not be run: \(error).") }
    }
}
