import Contracts
import Statistics

/// One look at a capability: rows in, readings and health out. Pure.
struct WatchLook: Sendable {
    let plan: WatchPlan
    /// The newest window of the champion's traffic.
    let newest: [TrafficRow]
    /// The newest window of rows whose truth is known.
    let labeled: [TrafficRow]
    /// The reference, when a window is full and drift is to be judged.
    let reference: [TrafficRow]?
    /// Health at the last look: a distance is kept until the next window.
    let previous: [SliceHealth]

    struct Result: Sendable {
        var readings: [Reading] = []
        var health: [SliceHealth] = []
    }

    func result(seed: UInt64) -> Result {
        var result = Result()
        for place in plan.places {
            let rows = place.rows(of: newest)
            let known = place.rows(of: labeled)
            let judged = reference.flatMap { drift(place, rows, place.rows(of: $0), seed: seed) }
            if let reading = judged?.reading { result.readings.append(reading) }
            result.health.append(health(place, rows, known, judged?.finding))
        }
        guard let check else { return result }
        result.readings += plan.alerts.map { check.reading($0, $0.place.rows(of: labeled), isFull: labeled.count >= plan.window) }
        return result
    }

    var check: MetricCheck? { plan.answer.map { MetricCheck(answer: $0, choices: plan.choices) } }

    private func drift(
        _ place: WatchPlan.Place, _ rows: [TrafficRow], _ reference: [TrafficRow], seed: UInt64
    ) -> (finding: DriftCheck.Finding?, reading: Reading)? {
        guard let bound = plan.driftBound else { return nil }
        let finding = DriftCheck(bound: bound, seed: seed, required: plan.inputs).finding(reference: reference, current: rows)
        let outcome: Reading.Outcome = finding.map { $0.isDrift ? .bad : .clean } ?? .unclear
        let reading = Reading(key: plan.driftKey(place), outcome: outcome, value: finding?.psi ?? 0, bound: bound, rows: rows.count)
        return (finding, reading)
    }

    private func health(_ place: WatchPlan.Place, _ rows: [TrafficRow], _ known: [TrafficRow], _ finding: DriftCheck.Finding?)
        -> SliceHealth
    {
        let last = previous.first { $0.slice == place.name }
        let accuracy = (try? Metric.named("accuracy")).flatMap { check?.estimate($0, known, level: 0.95) }
        return SliceHealth(
            slice: place.name, rows: rows.count, labeled: known.count, psi: finding?.psi ?? last?.psi,
            worstInput: finding?.feature ?? last?.worstInput, accuracy: accuracy?.value, accuracyLow: accuracy?.interval?.lower,
            accuracyHigh: accuracy?.interval?.upper)
    }
}
