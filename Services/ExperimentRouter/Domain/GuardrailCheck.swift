import Contracts
import Statistics

/// Whether the challenger keeps what must not get worse.
enum GuardrailCheck {
    static let errorRate = "error_rate"
    static let latency = "latency_p99"
    /// How much more often the challenger may fail, as a share of units.
    static let errorTolerance = 0.01
    /// The challenger's 99th percentile may be this many times the control's, and this many microseconds more on top.
    static let latencyFactor = 1.5
    static let latencySlack = 10_000.0
    /// Below this many requests in an arm a 99th percentile is its slowest request.
    static let leastExposures = 100

    static func all(_ names: [String], control: ArmOutcome, challenger: ArmOutcome) -> [Guardrail] {
        names.map { name in
            switch name {
            case errorRate: errors(control, challenger)
            case latency: latency(control, challenger)
            // Nothing measures it: it cannot be said to hold.
            default: Guardrail(metric: name, verdict: .undecided)
            }
        }
    }

    /// By a confidence sequence of the difference of the shares of units that a request failed for, which holds at all looks together. Units
    /// and not requests: those of one unit are not independent, as when it tries again and again.
    private static func errors(_ control: ArmOutcome, _ challenger: ArmOutcome) -> Guardrail {
        let arms = [control, challenger].map { Proportion(successes: $0.failures, trials: $0.units) }
        let estimate = BetaBinomialConfidenceSequence().difference(control: arms[0], treatment: arms[1])
        let isSeen = arms.allSatisfy { $0.trials > 0 }
        let verdict: Guardrail.Verdict =
            switch isSeen ? estimate.interval : nil {
            case .some(let interval) where interval.lower > 0: .fail
            case .some(let interval) where interval.upper <= errorTolerance: .pass
            default: .undecided
            }
        return Guardrail(
            metric: errorRate, control: arms[0].trials > 0 ? arms[0].value : nil, challenger: arms[1].trials > 0 ? arms[1].value : nil,
            verdict: verdict)
    }

    private static func latency(_ control: ArmOutcome, _ challenger: ArmOutcome) -> Guardrail {
        let values = [control, challenger].map { $0.exposures > 0 ? $0.p99Microseconds : nil }
        guard let first = values[0], let second = values[1], min(control.exposures, challenger.exposures) >= leastExposures else {
            return Guardrail(metric: latency, control: values[0], challenger: values[1], verdict: .undecided)
        }
        let isKept = second <= first * latencyFactor + latencySlack
        return Guardrail(metric: latency, control: first, challenger: second, verdict: isKept ? .pass : .fail)
    }
}
