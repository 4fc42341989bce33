import Contracts
import Statistics

/// The power calculation of one test.
struct PlanLine {
    let test: TestSpec
    let rows: Int
    let observed: TestResult?
    let plan: BoundPlan

    init(_ test: TestSpec, rows: Int, _ observed: TestResult?, _ plan: BoundPlan) {
        self.test = test
        self.rows = rows
        self.observed = observed
        self.plan = plan
    }

    /// Shares by the variance that their bound gives them, other metrics by the interval of an earlier report.
    func metric() -> SuitePlan.Line {
        let bound = test.atLeast ?? test.atMost ?? 0
        let rates: Set = ["accuracy", "balanced_accuracy", "f1_micro", "fpr", "ppv", "precision", "recall", "selection_rate", "tpr"]
        if test.at == nil, rates.contains(test.metric ?? ""), (0...1).contains(bound) {
            return line(.proportion(bound: bound), bound: bound, isAtLeast: test.atLeast != nil, best: test.atLeast != nil ? 1 : 0)
        }
        return scaled(bound, isAtLeast: test.atLeast != nil, best: nil)
    }

    /// A share that must reach a bound.
    func share(_ bound: Double?) -> SuitePlan.Line {
        let bound = bound ?? 0
        return line(.proportion(bound: bound), bound: bound, isAtLeast: true, best: 1)
    }

    /// An error whose interval an earlier report shows.
    func error() -> SuitePlan.Line { scaled(test.errorAtMost ?? 0, isAtLeast: false, best: 0) }

    /// Without a report, models are taken to be equal, and one row in twenty to be right with one of them only.
    func regression() -> SuitePlan.Line {
        let margin = test.within ?? 0
        let isAccuracy = ["accuracy", "f1_micro"].contains(test.metric ?? "")
        let bound = observed?.bound ?? -margin
        if let deviation { return line(.mean(standardDeviation: deviation), bound: bound, isAtLeast: bound <= 0, best: 0) }
        guard isAccuracy else { return unknown(bound) }
        let taken = "if the models are equally good and differ on 5 % of the rows"
        return line(.pairedAccuracy(discordance: 0.05, bound: -margin), bound: -margin, isAtLeast: true, best: margin, taken: taken)
    }

    /// By the pair of groups that needs most rows; groups below 30 rows are not compared.
    func fairness(_ groups: [String: Int]) -> SuitePlan.Line {
        let bound = test.differenceAtMost ?? 0
        let counts = groups.sorted { $0.key < $1.key }.filter { $0.value >= 30 }
        guard counts.count > 1 else {
            return made(bound, nil, nil, nil, "\(test.groups ?? "") has fewer than two groups of at least 30 rows")
        }
        let total = Double(counts.reduce(0) { $0 + $1.value })
        let values = counts.map { group in observed?.parts?.first { $0.name == group.key }?.value ?? 0.9 }
        let isSeen = observed?.parts != nil
        let taken = isSeen ? nil : "if the metric is a share of 0.9 and the groups differ by half of the bound"
        return line(
            .groups(values: values.map { min(max($0, 0.01), 0.99) }, shares: counts.map { Double($0.value) / total }), bound: bound,
            isAtLeast: false, best: 0, taken: taken, rows: Int(total))
    }

    /// A test that no number of rows decides.
    func free() -> SuitePlan.Line { made(nil, nil, nil, nil, "rows do not matter to it") }

    /// The deviation of a row's part that the earlier interval shows.
    private var deviation: Double? {
        guard let observed, let value = observed.value, let low = observed.low, let high = observed.high, high > low else { return nil }
        return BoundPlan.standardDeviation(
            of: Estimate(
                value: value, interval: ConfidenceInterval(lower: low, upper: high, level: plan.level), count: observed.rows, method: ""))
    }

    private func scaled(_ bound: Double, isAtLeast: Bool, best: Double?) -> SuitePlan.Line {
        guard let deviation else { return unknown(bound) }
        return line(.mean(standardDeviation: deviation), bound: bound, isAtLeast: isAtLeast, best: best ?? bound)
    }

    private func unknown(_ bound: Double) -> SuitePlan.Line {
        made(bound, nil, nil, nil, "how its interval narrows is known after a first report")
    }

    /// At what an earlier report found, else half-way from the bound to the best value there can be.
    private func line(_ kind: BoundKind, bound: Double, isAtLeast: Bool, best: Double, taken: String? = nil, rows given: Int? = nil)
        -> SuitePlan.Line
    {
        let rows = given ?? rows
        let value = observed?.value ?? (bound + best) / 2
        let needed = plan.rows(kind, distance: value - bound)
        let reachable = plan.smallestDistance(kind, rows: rows, isAbove: isAtLeast)
        // What lies beyond the best value there can be decides nothing.
        let distance = reachable.flatMap { best == bound || abs($0) <= abs(best - bound) ? $0 : nil }
        let how =
            observed?.value == nil ? taken ?? "if the true value is \(Wording.number(value))" : "at the \(Wording.number(value)) last found"
        let reach = distance.map {
            "; today's rows tell a true value from the bound that is \(Wording.number(abs($0))) \($0 > 0 ? "above" : "below") it"
        }
        guard let needed else { return made(bound, value, nil, distance, "no number of rows decides it \(how)\(reach ?? "")", rows: rows) }
        let sentence =
            needed <= rows
            ? "\(Wording.rows(rows)) decide it \(how)"
            : "\(Wording.rows(needed)) are needed to decide it \(how), of which \(rows) are there"
        return made(bound, value, needed, distance, sentence + (reach ?? ""), rows: rows)
    }

    private func made(_ bound: Double?, _ value: Double?, _ needed: Int?, _ distance: Double?, _ sentence: String, rows given: Int? = nil)
        -> SuitePlan.Line
    {
        let rows = given ?? rows
        let isDecidable = value == nil ? nil : needed.map { $0 <= rows } ?? false
        let chance = value == nil ? "" : " (4 times in 5)"
        return SuitePlan.Line(
            name: test.name, kind: test.kind, metric: test.metric, slice: test.slice, bound: bound, rows: rows, value: value,
            isObserved: observed?.value != nil && value != nil, isDecidable: isDecidable, rowsNeeded: needed, smallestDistance: distance,
            message: sentence.prefix(1).uppercased() + sentence.dropFirst() + chance + ".")
    }
}
