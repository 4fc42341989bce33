import Contracts
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Kinds of tests")
struct KindTests {
    private func result(
        _ test: TestSpec, _ rows: [DatasetRow], _ said: Predictions = Predictions(), material: SuiteMaterial? = nil,
        rivals: [String: Rival] = [:]
    ) throws -> TestResult {
        let suite = try TestSuite(try manifest(tests: [test]))
        let subject = try Subject(
            suite: suite, material: material ?? SuiteMaterial(rows: rows), rows: rows, candidate: said, rivals: rivals)
        return suite.results(subject, isTimed: false)[0]
    }

    private func fairness(_ bound: Double) -> TestSpec {
        var test = TestSpec(name: "fair", kind: "fairness", metric: "accuracy")
        test.groups = "context.source"
        test.differenceAtMost = bound
        return test
    }

    // MARK: Metrics

    @Test("a metric of one class takes that class, and one that is no choice is said to be none")
    func oneClass() throws {
        let sample = scored(pairs(right: 50, wrong: 10) + pairs(right: 12, wrong: 8, label: 2))
        var test = TestSpec(name: "two", kind: "metric", metric: "recall", atLeast: 0.3)
        test.class = 2
        let found = try result(test, sample.rows, sample.predictions)
        test.class = 7
        let none = try result(test, sample.rows, sample.predictions)

        #expect(found.value == 0.6)
        #expect(found.message.hasPrefix("recall of 2 is 0.6 "))
        #expect(none.verdict == .inconclusive && none.message.contains("needs a class among the choices"))
    }

    @Test("labels that are right with 0.8 are corrected for, and a metric without a correction says that it is not")
    func uncertainLabels() throws {
        // Always right; one label in five is wrong.
        let sample = scored(pairs(right: 400, wrong: 100))
        let rows = sample.rows.map { row in
            var row = row
            row.confidence = 0.8
            return row
        }
        let accuracy = try result(TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.9), rows, sample.predictions)
        let asGiven = try result(TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.9), sample.rows, sample.predictions)
        let error = try result(TestSpec(name: "e", kind: "metric", metric: "ece", atMost: 0.5), rows, sample.predictions)

        #expect(abs((accuracy.value ?? 0) - 1) < 1e-9 && accuracy.verdict == .pass)
        #expect(asGiven.value == 0.8 && asGiven.verdict == .fail)
        #expect(accuracy.message.hasSuffix("Labels are right with 0.8 on average, for which the number is corrected."))
        #expect(error.message.hasSuffix("Labels are right with 0.8 on average, and are taken as given."))
    }

    @Test("a label that is a list names the relevant items, and a cut-off makes the metric one of rankings")
    func ranking() throws {
        let rows = (0..<40).map { row($0, label: $0 % 2 == 0 ? [0, 2] : [1]) }
        let said = Predictions(
            classes: [Int](repeating: 0, count: 40), probabilities: (0..<40).flatMap { _ in [0.5, 0.3, 0.2] })
        var test = TestSpec(name: "top", kind: "metric", metric: "precision", atLeast: 0.2)
        test.at = 2
        let precision = try result(test, rows, said)
        let reciprocal = try result(TestSpec(name: "mrr", kind: "metric", metric: "mrr", atLeast: 0.2), rows, said)
        let accuracy = try result(TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.2), rows, said)

        // One of two relevant either way; the first place on even rows, the second on odd ones.
        #expect(precision.value == 0.5)
        #expect(reciprocal.value == 0.75)
        #expect(accuracy.verdict == .inconclusive && accuracy.message.contains("lists of relevant items"))
    }

    @Test("an open verdict says how many more rows would settle it")
    func moreRows() throws {
        let sample = scored(pairs(right: 92, wrong: 8))
        let open = try result(TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.9), sample.rows, sample.predictions)
        let decided = try result(TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.8), sample.rows, sample.predictions)

        #expect(open.verdict == .inconclusive && open.moreRows == RowsNeeded.more(SampleEstimate.share(92, of: 100), bound: 0.9))
        #expect(decided.moreRows == nil)
    }

    // MARK: Fairness, calibration

    @Test("fairness names the groups with the least and the greatest value, and shows each")
    func groups() throws {
        let sample = scored(pairs(right: 95, wrong: 5) + pairs(right: 60, wrong: 40), source: { $0 < 100 ? "a" : "b" })
        let found = try result(fairness(0.1), sample.rows, sample.predictions)

        #expect(found.verdict == .fail)
        #expect(abs((found.value ?? 0) - 0.35) < 1e-12)
        #expect(found.message.hasPrefix("accuracy differs by 0.35 between b and a "))
        #expect(found.parts?.map(\.name) == ["a", "b"] && found.parts?.map(\.rows) == [100, 100])
    }

    @Test("a group too small to compare is named, and one group alone is compared with nothing")
    func smallGroups() throws {
        let sample = scored(pairs(right: 100, wrong: 0), source: { $0 < 90 ? "a" : "b" })
        let found = try result(fairness(0.1), sample.rows, sample.predictions)

        #expect(found.verdict == .inconclusive)
        #expect(found.message.contains("fewer than two groups") && found.message.contains("Too small to compare: b."))
    }

    @Test("groups that are alike pass only where no group is left out")
    func leftOut() throws {
        let alike = scored(
            pairs(right: 285, wrong: 15) + pairs(right: 285, wrong: 15) + pairs(right: 0, wrong: 29), source: { "\($0 / 300)" })
        let found = try result(fairness(0.1), alike.rows, alike.predictions)
        let two = try result(
            fairness(0.1), Array(alike.rows.prefix(600)), scored(pairs(right: 285, wrong: 15) + pairs(right: 285, wrong: 15)).predictions)

        #expect(two.verdict == .pass, "\(two.message)")
        #expect(found.verdict == .inconclusive && found.moreRows == 1)
        #expect(found.message.hasSuffix("Too small to compare: 2."))
    }

    @Test("a group whose labels are worse is not taken for a group that is served worse")
    func noisyGroup() throws {
        let sample = scored(pairs(right: 300, wrong: 0) + pairs(right: 240, wrong: 60), source: { $0 < 300 ? "a" : "b" })
        let rows = sample.rows.enumerated().map { index, row in
            var row = row
            row.confidence = index < 300 ? 1 : 0.8
            return row
        }

        #expect(try result(fairness(0.15), sample.rows, sample.predictions).verdict == .fail)
        #expect(try result(fairness(0.15), rows, sample.predictions).verdict == .pass)
    }

    @Test("calibration is judged without what chance adds to the error")
    func calibration() throws {
        var test = TestSpec(name: "sure", kind: "calibration")
        test.errorAtMost = 0.06
        // Sure by 0.8 and right four times in five; sure by 0.8 and right three times in five.
        let good = scored(pairs(right: 480, wrong: 120))
        let bad = scored(pairs(right: 360, wrong: 240))

        #expect(try result(test, good.rows, good.predictions).verdict == .pass)
        #expect(try result(test, bad.rows, bad.predictions).verdict == .fail)
        #expect(abs((try result(test, bad.rows, bad.predictions).value ?? 0) - 0.2) < 0.01)
        #expect(try result(test, bad.rows, Predictions(classes: bad.predictions.classes)).message.contains("probabilities"))
    }

    // MARK: Other aliases, preferences, KPIs

    @Test("a regression test compares with the alias that it names")
    func alias() throws {
        let sample = scored(pairs(right: 300, wrong: 0))
        let worse = scored(pairs(right: 0, wrong: 300)).predictions
        let test = TestSpec(name: "r", kind: "regression", metric: "accuracy", against: "stable", within: 0.05)
        let rivals = ["champion": Rival(.scored(sample.predictions)), "stable": Rival(.scored(worse))]

        let found = try result(test, sample.rows, sample.predictions, rivals: rivals)
        let absent = try result(test, sample.rows, sample.predictions, rivals: ["champion": rivals["champion"] ?? Rival(.absent)])

        #expect(found.value == 1 && found.message.contains("the stable's 0"))
        #expect(absent.verdict == .inconclusive && absent.message == "There is no stable yet, so the model cannot be compared with it.")
    }

    @Test(
        "who wins a preference",
        arguments: [("a", "x", "y", "won"), ("b", "x", "y", "lost"), ("a", "y", "x", "lost"), ("tie", "x", "y", "tied")])
    func preference(label: String, own: String, other: String, outcome: String) throws {
        var asked = row(1, label: .string(label))
        asked.context = ["a": "x", "b": "y"]
        let preference = try #require(Preference(asked))

        #expect(preference.outcome(.string(own), .string(other)).map { "\($0)" } == outcome)
        #expect(preference.outcome("x", "x") == .tied)
        #expect(preference.outcome("x", "z") == nil)
    }

    @Test("numbers win a preference by being nearer to the preferred one; rows that are none are passed over")
    func numbers() throws {
        var asked = row(1, label: "b")
        asked.context = ["a": 10, "b": 20]
        let preference = try #require(Preference(asked))
        var odd = asked
        odd.label = "c"

        #expect(preference.outcome(19, 14) == .won && preference.outcome(9, 14) == .lost && preference.outcome(22, 18) == .tied)
        #expect(Preference(odd) == nil && Preference(row(2, label: "a")) == nil)
    }

    @Test("without preferences, a champion, or pairs of a KPI, the tests say so")
    func missing() throws {
        var pairwise = TestSpec(name: "p", kind: "pairwise", atLeast: 0.5, against: "champion")
        pairwise.dataset = "tastes"
        var kpi = TestSpec(name: "k", kind: "kpi", metric: "accuracy", atLeast: 0.3)
        kpi.kpi = "sold"
        let sample = scored(pairs(right: 10, wrong: 0))
        var material = SuiteMaterial(rows: sample.rows, kpis: ["sold": [KPIPair(version: 1, offline: 0.9, live: 3)]])
        let one = try result(kpi, sample.rows, sample.predictions, material: material)
        let none = try result(pairwise, sample.rows, sample.predictions, material: material)
        material.preferences["tastes"] = []
        material.kpis = [:]
        let first = try result(pairwise, sample.rows, sample.predictions, material: material)

        #expect(one.verdict == .inconclusive && one.message.hasPrefix("Only 1 version has both accuracy and sold yet; at least 4"))
        #expect(try result(kpi, sample.rows, sample.predictions, material: material).message.hasPrefix("No version has both"))
        #expect(none.verdict == .inconclusive && none.message == "The dataset of preferences tastes is not at hand.")
        #expect(first.verdict == .pass && first.message.contains("no champion yet"))
        pairwise.against = "stable"
        #expect(try result(pairwise, sample.rows, sample.predictions, material: material).verdict == .inconclusive)
    }

    @Test("a metric that is better when lower has to move against its KPI")
    func loss() throws {
        var test = TestSpec(name: "k", kind: "kpi", metric: "log_loss", atLeast: 0.5)
        test.kpi = "sold"
        let pairs = (1...12).map { KPIPair(version: $0, offline: 1 / Double($0), live: Double($0)) }
        let found = try result(test, [], material: SuiteMaterial(rows: [], kpis: ["sold": pairs]))

        #expect(found.value == 1 && found.verdict == .pass)
    }

    // MARK: Data

    private func data(_ checks: [String], wild: [String: Double]? = nil) -> TestSpec {
        var test = TestSpec(name: "data", kind: "data")
        test.checks = checks
        test.representation = wild.map { ["context.source": $0] }
        return test
    }

    @Test("a slice with too few labeled rows of train fails, and is named with both numbers")
    func needs() throws {
        func rows(_ count: Int) -> [DatasetRow] {
            (0..<count).map { index in
                var row = row(index, label: 2)
                row.split = "train"
                return row
            }
        }
        let short = try result(data(["needs"]), [], material: SuiteMaterial(rows: rows(499)))

        #expect(short.verdict == .fail)
        #expect(short.message == "Too few rows: twos has 499 labeled rows of train where 500 are needed.")
        #expect(try result(data(["needs"]), [], material: SuiteMaterial(rows: rows(500))).verdict == .pass)
    }

    @Test("no row of test is no proof against leakage, and a row without a label leaks as well")
    func leakage() throws {
        func split(_ id: Int, _ split: String, label: JSONValue?, x: [Double]) -> DatasetRow {
            var row = row(id, label: 0, x: x)
            (row.split, row.label) = (split, label)
            return row
        }
        func found(_ rows: [DatasetRow]) throws -> TestResult { try result(data(["leakage"]), [], material: SuiteMaterial(rows: rows)) }
        let train = split(1, "train", label: 0, x: [1, 2])

        #expect(try found([train]).verdict == .inconclusive)
        #expect(try found([train, split(2, "test", label: nil, x: [1, 2])]).verdict == .fail)
        #expect(try found([train, split(2, "test", label: nil, x: [2, 2])]).verdict == .pass)
    }

    @Test("shares of the wild: met, missed, and not settled by few rows")
    func representation() throws {
        func found(_ a: Int, _ b: Int) throws -> TestResult {
            let sample = scored(pairs(right: a + b, wrong: 0), source: { $0 < a ? "a" : "b" })
            return try result(data(["representation"], wild: ["a": 0.7, "b": 0.3]), sample.rows, sample.predictions)
        }

        #expect(try found(700, 300).verdict == .pass)
        #expect(try found(950, 50).verdict == .fail)
        #expect(try found(950, 50).message.contains("too few of b"))
        #expect(try found(8, 2).verdict == .inconclusive)
        #expect((try found(8, 2).moreRows ?? 0) > 0)
    }
}
