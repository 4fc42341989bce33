import Contracts
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Regression tests")
struct RegressionTests {
    private let spec = TestSpec(name: "no step back", kind: "regression", metric: "accuracy", against: "champion", within: 0.05)

    /// Rows of label 0, of which both, only the champion, only the candidate, neither are right.
    private func sample(both: Int, champion: Int, candidate: Int, neither: Int) -> (
        rows: [DatasetRow], candidate: Predictions, champion: Predictions
    ) {
        let said =
            Array(repeating: (0, 0), count: both) + Array(repeating: (1, 0), count: champion)
            + Array(repeating: (0, 1), count: candidate) + Array(repeating: (1, 1), count: neither)
        let own = scored(said.map { (0, $0.0) })
        return (own.rows, own.predictions, scored(said.map { (0, $0.1) }).predictions)
    }

    @Test("it passes while there is no champion, and says so")
    func absent() throws {
        let sample = scored(pairs(right: 3, wrong: 9))
        let found = try TestSuite(try manifest(tests: [spec])).results(sample.rows, candidate: sample.predictions, champion: .absent)

        #expect(found[0].verdict == .pass)
        #expect(found[0].message == "There is no champion yet, so there is nothing to fall behind.")
        #expect(found[0].value == nil)
    }

    @Test("the difference has the interval of Bonett and Price, written out again")
    func interval() throws {
        let sample = sample(both: 340, champion: 9, candidate: 5, neither: 46)
        let found = try TestSuite(try manifest(tests: [spec])).results(
            sample.rows, candidate: sample.candidate, champion: .scored(sample.champion))

        let (first, second, n) = (10.0 / 402, 6.0 / 402, 402.0)
        let half = 1.959963984540054 * ((first + second - (second - first) * (second - first)) / n).squareRoot()
        #expect(abs((found[0].value ?? 0) - -0.01) < 1e-12)
        #expect(abs((found[0].low ?? 0) - (second - first - half)) < 1e-9)
        #expect(abs((found[0].high ?? 0) - (second - first + half)) < 1e-9)
        #expect(found[0].bound == -0.05)
        #expect(found[0].verdict == .pass)
        #expect(found[0].message.hasPrefix("accuracy is 0.863, the champion's 0.873: a difference of -0.01 "))
    }

    @Test("much worse fails, few rows do not tell, another slice has none")
    func verdicts() throws {
        let worse = sample(both: 200, champion: 60, candidate: 0, neither: 0)
        let few = sample(both: 5, champion: 1, candidate: 1, neither: 0)
        let empty = TestSpec(name: "b", kind: "regression", metric: "accuracy", slice: "scanner-b", against: "champion", within: 0.05)
        func verdicts(_ sample: (rows: [DatasetRow], candidate: Predictions, champion: Predictions)) throws -> [TestResult.Verdict] {
            try TestSuite(try manifest(tests: [spec, empty])).results(
                sample.rows, candidate: sample.candidate, champion: .scored(sample.champion)
            ).map(\.verdict)
        }

        #expect(try verdicts(worse) == [.fail, .inconclusive])
        #expect(try verdicts(few) == [.inconclusive, .inconclusive])
    }

    @Test("a looser margin never makes a verdict worse")
    func monotone() throws {
        let sample = sample(both: 80, champion: 9, candidate: 4, neither: 7)
        let order: [TestResult.Verdict] = [.fail, .inconclusive, .pass]
        for metric in ["accuracy", "log_loss"] {
            let tests = stride(from: 0.0, through: 1.0, by: 0.02).map { (margin: Double) in
                TestSpec(name: "\(margin)", kind: "regression", metric: metric, against: "champion", within: margin)
            }
            let found = try TestSuite(try manifest(tests: tests)).results(
                sample.rows, candidate: sample.candidate, champion: .scored(sample.champion))
            let places = found.map { order.firstIndex(of: $0.verdict) ?? -1 }
            #expect(places == places.sorted())
            #expect(places.last == 2)
        }
    }

    @Test("a loss is compared by the paired bootstrap from a fixed seed: lower is better")
    func bootstrap() throws {
        let loss = TestSpec(name: "loss", kind: "regression", metric: "log_loss", against: "champion", within: 0.01)
        let sample = sample(both: 150, champion: 0, candidate: 40, neither: 10)
        let suite = try TestSuite(try manifest(tests: [loss]))
        let better = try suite.results(sample.rows, candidate: sample.candidate, champion: .scored(sample.champion))
        let again = try suite.results(sample.rows, candidate: sample.candidate, champion: .scored(sample.champion))
        let worse = try suite.results(sample.rows, candidate: sample.champion, champion: .scored(sample.candidate))

        // 40 of 200 rows go from probability 0.1 to 0.8.
        #expect(abs((better[0].value ?? 0) - 0.2 * (log(0.1) - log(0.8))) < 1e-9)
        #expect(better == again)
        #expect(better[0].verdict == .pass)
        #expect(worse[0].verdict == .fail)
    }

    @Test("a champion that cannot be run makes it inconclusive, with the reason")
    func unusable() throws {
        let sample = scored(pairs(right: 30, wrong: 1))
        let found = try TestSuite(try manifest(tests: [spec])).results(
            sample.rows, candidate: sample.predictions, champion: .unusable("it has no input x"))

        #expect(found[0].verdict == .inconclusive)
        #expect(found[0].message == "The champion cannot be compared with: it has no input x.")
    }
}
