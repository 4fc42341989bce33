import Contracts
import Foundation
import Statistics

/// Turns the outcomes of an experiment's phase into a read-out that may be looked at any time.
enum ExperimentReadout {
    /// Units of both arms together at which the confidence sequence is tightest; elsewhere it is wider, never wrong.
    static let optimalUnits = 500
    /// A sample ratio that is less likely than this blocks the read-out.
    static let leastSampleRatioP = 0.001

    /// `outcomes` is nil while the monitor has nothing of the experiment.
    static func readout(_ experiment: Experiment, _ outcomes: ExperimentOutcomes?, at time: Date) -> Readout {
        let arms = experiment.variants.map { variant in arm(variant.name, outcomes, phase: experiment.phase) }
        let lost = outcomes?.lostExposures ?? 0
        let guardrails = GuardrailCheck.all(experiment.guardrails, control: arms[0], challenger: arms[1])
        let estimate = AsymptoticConfidenceSequence(optimalAt: optimalUnits).difference(
            control: moments(arms[0]), treatment: moments(arms[1]))
        let hasBoth = arms.allSatisfy { $0.count > 0 }
        let ratio = sampleRatioP(experiment, arms)
        let judged = judge(experiment, estimate, ratio: ratio, lost: lost, guardrails: guardrails)
        return Readout(
            experiment: experiment.id, phase: experiment.phase, at: time, arms: arms.map(shown), difference: hasBoth ? estimate.value : nil,
            low: estimate.interval?.lower, high: estimate.interval?.upper, sampleRatioP: ratio, lostExposures: lost, guardrails: guardrails,
            verdict: judged.verdict, reasons: judged.reasons)
    }

    /// The anytime-valid multinomial test of units by arm against the weights (Lindon & Malek 2022); nil without a unit or a share.
    static func sampleRatioP(_ experiment: Experiment, _ arms: [ArmOutcome]) -> Double? {
        let weights = experiment.variants.map(\.weight)
        guard weights.allSatisfy({ $0 > 0 }), arms.contains(where: { $0.units > 0 }) else { return nil }
        var test = SequentialMultinomialTest(weights: weights)
        test.add(arms.map(\.units))
        return test.pValue
    }

    private static func judge(
        _ experiment: Experiment, _ estimate: Estimate, ratio: Double?, lost: Int, guardrails: [Guardrail]
    ) -> (verdict: Readout.Verdict, reasons: [String]) {
        var blocks: [String] = []
        if lost > 0 { blocks.append("\(lost) exposures were lost, and which ones is not known: start a new phase.") }
        if let ratio, ratio < leastSampleRatioP {
            blocks.append("The arms' sizes do not fit their weights (p = \(text(ratio))): something assigns or loses units unevenly.")
        }
        guard blocks.isEmpty else { return (.blocked, blocks) }
        let failed = guardrails.filter { $0.verdict == .fail }.map { "Guardrail \($0.metric) failed." }
        let open = guardrails.filter { $0.verdict == .undecided }.map { "Guardrail \($0.metric) is not decided yet." }
        guard let interval = estimate.interval else {
            return (failed.isEmpty ? .undecided : .worse, failed + [tooEarly(experiment, estimate)] + open)
        }
        let range =
            "\(experiment.kpi): challenger minus control is \(text(estimate.value)), between \(text(interval.lower)) and \(text(interval.upper))."
        if interval.upper < 0 || !failed.isEmpty { return (.worse, [range] + failed) }
        return (interval.lower > 0 ? .better : .undecided, [range] + open)
    }

    private static func tooEarly(_ experiment: Experiment, _ estimate: Estimate) -> String {
        if experiment.stage == RolloutPlan.shadow { return "The shadow stage exposes no unit to the challenger." }
        return "\(estimate.count) units have a value of \(experiment.kpi): too few, or all the same, for an interval."
    }

    /// Outcomes of another phase say nothing of this one.
    private static func arm(_ name: String, _ outcomes: ExperimentOutcomes?, phase: Int) -> ArmOutcome {
        let known = outcomes?.phase == phase ? outcomes?.arms.first { $0.variant == name } : nil
        return known
            ?? ArmOutcome(
                variant: name, units: 0, exposures: 0, failures: 0, count: 0, mean: 0, m2: 0, meanMicroseconds: 0, p99Microseconds: 0)
    }

    private static func moments(_ arm: ArmOutcome) -> Moments { Moments(count: arm.count, mean: arm.mean, m2: arm.m2) }

    private static func shown(_ arm: ArmOutcome) -> ReadoutArm {
        ReadoutArm(variant: arm.variant, units: arm.units, mean: arm.mean, standardDeviation: moments(arm).standardDeviation)
    }

    /// Three significant digits.
    private static func text(_ value: Double) -> String { String(format: "%.3g", value) }
}
