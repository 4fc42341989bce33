import Contracts

/// The kinds of test that look at how a model behaves, each a check of its own.
enum BehaviourChecks {
    /// The check of a test; nil for a kind that is none of these, or that lacks what its kind needs.
    static func check(_ kind: TestKind, _ test: TestSpec) -> (any Check)? {
        switch kind {
        case .invariance: test.perturb.map { InvarianceCheck(test: test, perturbation: $0) }
        case .directional:
            if let perturbation = test.perturb, let expectation = test.expect {
                DirectionalCheck(test: test, perturbation: perturbation, expectation: expectation)
            } else {
                nil
            }
        case .examples: ExamplesCheck(test: test, examples: test.examples ?? [])
        case .latency: test.millisecondsAtMost.map { LatencyCheck(test: test, millisecondsAtMost: $0) }
        case .size: test.megabytesAtMost.map { SizeCheck(test: test, megabytesAtMost: $0) }
        case .memory: test.megabytesAtMost.map { MemoryCheck(test: test, megabytesAtMost: $0) }
        case .contract: ContractCheck(test: test)
        case .reproducible: ReproducibleCheck(test: test)
        case .metric, .regression, .fairness, .calibration, .data, .pairwise, .kpi: nil
        }
    }
}
