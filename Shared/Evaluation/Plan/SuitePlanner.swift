import Contracts
import Slices
import Statistics

/// The power calculation of a suite: which bounds the labeled rows of the test split can decide.
public struct SuitePlanner: Sendable {
    private let suite: TestSuite
    private let rows: [DatasetRow]
    private let report: SuiteReport?
    let plan = BoundPlan()

    /// - Parameters:
    ///   - rows: rows of the dataset version; only labeled ones of the test split count.
    ///   - report: an earlier report on the capability, whose values and intervals are taken as true; nil where there is none.
    public init(_ manifest: CapabilityManifest, rows: [DatasetRow], report: SuiteReport? = nil) throws {
        suite = try TestSuite(manifest)
        self.rows = TestSuite.rows(rows)
        self.report = report
    }

    /// One line for each test, in the manifest's order.
    public func plan(revision: Int, dataset: DatasetReference) -> SuitePlan {
        SuitePlan(
            capability: suite.manifest.metadata.name, manifestRevision: revision, dataset: dataset, report: report?.id, level: plan.level,
            power: plan.power, tests: (suite.manifest.tests ?? []).map(line))
    }

    private func line(_ test: TestSpec) -> SuitePlan.Line {
        let observed = report?.results.first { $0.name == test.name && $0.kind == test.kind }
        let count = self.count(test.slice, observed)
        switch TestKind(rawValue: test.kind) {
        case .metric: return PlanLine(test, rows: count, observed, plan).metric()
        case .regression: return PlanLine(test, rows: count, observed, plan).regression()
        case .fairness: return PlanLine(test, rows: count, observed, plan).fairness(groups(test))
        case .calibration: return PlanLine(test, rows: count, observed, plan).error()
        case .invariance: return PlanLine(test, rows: count, observed, plan).share(test.agreementAtLeast)
        case .directional: return PlanLine(test, rows: count, observed, plan).share(test.shareAtLeast)
        case .pairwise: return PlanLine(test, rows: observed?.rows ?? 0, observed, plan).share(test.atLeast)
        case .kpi, .data, .examples, .latency, .size, .memory, .contract, .reproducible, nil:
            return PlanLine(test, rows: count, observed, plan).free()
        }
    }

    /// A slice by what the model says is known from a report alone.
    private func count(_ slice: String?, _ observed: TestResult?) -> Int {
        guard let slice else { return rows.count }
        let isByPrediction = suite.slices[slice]?.where.fields.contains { $0.scope == .prediction } ?? false
        return isByPrediction ? observed?.rows ?? 0 : suite.slices.members(of: slice, rows, nil).count
    }

    /// How many rows each group of a fairness test has.
    private func groups(_ test: TestSpec) -> [String: Int] {
        let picked = test.slice.map { suite.slices.members(of: $0, rows, nil) } ?? Array(rows.indices)
        return picked.reduce(into: [:]) { $0[RowField(test.groups ?? "").text(in: rows[$1]), default: 0] += 1 }
    }
}
