import Contracts
import Statistics

/// Share of people's preferences that the model wins against an alias's.
///
/// A preference is a labeled row of the test split whose context holds two answers, `a` and `b`, and whose label is `a`, `b` or `tie`.
/// It decides between two models where one gives one of these answers and the other gives the other; numbers win by being nearer to
/// the preferred one. The same answer from both is a tie.
struct PairwiseCheck: Check {
    let test: TestSpec

    private var alias: String { test.against ?? "champion" }

    func judge(_ subject: Subject) throws -> TestResult {
        let bound = test.atLeast ?? 0
        let dataset = test.dataset ?? ""
        let given = subject.preferences(dataset)
        let empty = Judge(test: test, manifest: subject.manifest, rows: 0)
        guard let given else { return empty.undecided("The dataset of preferences \(dataset) is not at hand.", bound: bound) }
        if case .absent = subject.champion(alias) {
            guard alias == "champion" else {
                return empty.undecided("There is no \(alias) yet, so the model cannot be compared with it.", bound: bound)
            }
            return empty.result(.pass, nil, bound: bound, message: "There is no \(alias) yet, so there is nothing to win against.")
        }
        guard let rival = subject.rival(alias) else { return empty.undecided("The \(alias) cannot be compared with.", bound: bound) }
        let all = given.filter { $0.split == "test" }.compactMap(Preference.init)
        let own = try answers(subject.predictions(of: all.map(\.row)), subject.labels)
        let other: [JSONValue]
        do { other = try answers(rival.scorer.predictions(of: all.map(\.row)), subject.labels) } catch {
            return empty.undecided("The \(alias) cannot be compared with: \(error).", bound: bound)
        }
        let members = test.slice.map { Set(subject.slices.members(of: $0, all.map(\.row), nil)) }
        let outcomes = all.indices.filter { members?.contains($0) ?? true }.compactMap { all[$0].outcome(own[$0], other[$0]) }
        return result(outcomes, asked: all.count, subject, bound)
    }

    private func result(_ outcomes: [Preference.Outcome], asked: Int, _ subject: Subject, _ bound: Double) -> TestResult {
        let counts = Preference.Outcome.allCases.map { outcome in outcomes.count { $0 == outcome } }
        let share = HeldShare(held: counts[0], tied: counts[1], broken: counts[2])
        let judge = Judge(test: test, manifest: subject.manifest, rows: share.count)
        let parts = zip(["won", "tied", "lost"], counts).map { TestResult.Part(name: $0, rows: $1) }
        guard share.count > 0 else {
            return judge.undecided(
                "None of \(Wording.rows(asked, "preference"))\(judge.place) is between answers of the model and of the \(alias): "
                    + "their answers have to be put before people.", bound: bound, parts: parts, moreRows: RowsNeeded.least(toReach: bound))
        }
        let estimate = share.estimate()
        let verdict = estimate.verdict(atLeast: bound)
        let found =
            "The model wins \(Wording.number(estimate.value)) of the preferences\(judge.place) against the \(alias)"
            + Wording.interval(estimate, share.count)
        return judge.result(
            verdict, estimate, bound: bound, message: judge.message(verdict, found, isAtLeast: true, bound: bound, estimate), parts: parts)
    }

    private func answers(_ said: Predictions, _ labels: LabelSet?) -> [JSONValue] {
        if let labels { return said.classes.map { labels.choices[$0] } }
        return said.numbers.isEmpty ? said.texts.map { .string($0) } : said.numbers.map { .number($0) }
    }
}
