import Contracts

extension TestKind {
    /// The check of a test of this kind; nil where this build has none.
    func check(_ test: TestSpec) -> (any Check)? {
        switch self {
        case .metric: MetricCheck(test: test)
        case .regression: RegressionCheck(test: test)
        case .fairness: FairnessCheck(test: test)
        case .calibration: CalibrationCheck(test: test)
        case .pairwise: PairwiseCheck(test: test)
        case .kpi: KPICheck(test: test)
        case .data: DataCheck(test: test)
        case .invariance, .directional, .examples, .latency, .size, .memory, .contract, .reproducible: BehaviourChecks.check(self, test)
        }
    }
}
