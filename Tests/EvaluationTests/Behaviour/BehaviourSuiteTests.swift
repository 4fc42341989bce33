import Contracts
import Foundation
import ONNX
import OnnxRuntime
import TestSupport
import Testing

@testable import Evaluation

@Suite("Kinds that look at behaviour", .serialized)
struct BehaviourSuiteTests {
    /// One test of each kind, which the right model passes.
    private static var tests: [TestSpec] {
        var tests = BrokenModels.kinds.map { TestSpec(name: $0, kind: $0) }
        tests[0].perturb = Perturbation(scale: [0.95, 1.05])
        tests[0].agreementAtLeast = 0.9
        tests[1].perturb = Perturbation(change: [.init(element: 0, by: 0.2)])
        tests[1].expect = Contracts.Expectation(output: "probabilities", class: 0, direction: .doesNotDecrease)
        tests[1].shareAtLeast = 0.9
        tests[2].examples = [
            NamedExample(name: "mostly zero", input: ["x": [0.7, 0]], label: 0), NamedExample(name: "the first row", row: "row-0"),
        ]
        (tests[3].percentile, tests[3].millisecondsAtMost) = (50, 1.5)
        tests[4].megabytesAtMost = 0.5
        tests[5].megabytesAtMost = 4
        return tests
    }

    private func capability(_ tests: [TestSpec]) throws -> CapabilityManifest {
        var capability = try manifest(tests: tests)
        (capability.interface.inputs[0].minimum, capability.interface.inputs[0].maximum) = (0, 1)
        return capability
    }

    private func rows(_ count: Int = 120) -> [DatasetRow] {
        (0..<count).map { index in
            row(index, label: .integer(Int64(index % 3)), x: [[1.0, 0], [0, 1], [0.1, 0.2]][index % 3])
        }
    }

    /// The results of one model on a machine that is never busy, or always.
    private func results(
        _ model: [UInt8], _ tests: [TestSpec], rows: [DatasetRow]? = nil, isBusy: Bool = false, made: [String: [UInt8]] = [:]
    ) throws -> [TestResult] {
        let runtime = try testRuntime()
        let machine = MachineMeasure(name: "lab", runtime: runtime, idle: isBusy ? 1e-9 : 1e9)
        var material = SuiteMaterial(rows: rows ?? self.rows(), machine: machine)
        material.variants = made
        return try SuiteRunner(runtime: runtime).run(
            SuiteOrder(
                id: "s", model: .init(bytes: model, version: 1), manifest: try capability(tests), revision: 1,
                dataset: DatasetReference(name: "shapes", version: 1), material: material)
        ).report.results
    }

    /// Other tests of the process take memory meanwhile: a reading that says nothing is taken again.
    private func settled(_ model: [UInt8], _ tests: [TestSpec]) throws -> [TestResult] {
        var found = try results(model, tests)
        for _ in 0..<20 where found.contains(where: { $0.verdict == .inconclusive }) { found = try results(model, tests) }
        return found
    }

    @Test("the right model passes every one")
    func right() throws {
        for result in try settled(try BrokenModels.right(), Self.tests) {
            #expect(result.verdict == .pass, "\(result.name): \(result.message)")
            #expect((result.seconds ?? -1) >= 0)
        }
    }

    @Test("for every kind a model that was built to break it breaks it, and nothing else", arguments: BrokenModels.kinds)
    func broken(kind: String) throws {
        for result in try settled(try BrokenModels.broken(kind), Self.tests) {
            #expect(result.verdict == (result.name == kind ? .fail : .pass), "\(result.name): \(result.message)")
        }
    }

    @Test("each perturbation is a part with its own interval, and the weakest way decides")
    func parts() throws {
        var test = TestSpec(name: "scaled", kind: "invariance")
        // By 0.4 the third kind of row stays; the first goes from 1 to 0.4, below the 0.5 that decides.
        test.perturb = Perturbation(scale: [0.9, 0.4])
        test.agreementAtLeast = 0.8
        let result = try results(try BrokenModels.right(), [test])[0]

        let parts = try #require(result.parts)
        #expect(parts.map(\.name) == ["scale 0.9", "scale 0.4"])
        #expect(parts.map(\.verdict) == [.pass, .fail])
        #expect(parts.map(\.value) == [1, 1.0 / 3])
        let (low, high) = wilson(40, 120)
        #expect(abs((parts[1].low ?? 0) - low) < 1e-12 && abs((parts[1].high ?? 0) - high) < 1e-12)
        #expect(result.value == parts[1].value && result.bound == 0.8 && result.rows == 120)
        #expect(result.message.hasPrefix("After scale 0.4, 0.333 of the rows keep their answer (95 % interval "))
    }

    @Test("few rows do not tell, rows that stay as they are do not count, and a slice counts its own")
    func fewRows() throws {
        var test = TestSpec(name: "scaled", kind: "invariance")
        (test.perturb, test.agreementAtLeast) = (Perturbation(scale: [1.05]), 0.9)
        let few = try results(try BrokenModels.right(), [test], rows: rows(9))[0]
        #expect(few.verdict == .inconclusive)
        #expect((few.moreRows ?? 0) > 20)
        // Of each three rows two lie at the end of the range: 1 stays 1.
        #expect(few.parts?.first?.rows == 3)

        test.slice = "twos"
        #expect(try results(try BrokenModels.right(), [test])[0].rows == 40)
        test.slice = nil
        test.perturb = Perturbation(scale: [1])
        let same = try results(try BrokenModels.right(), [test])[0]
        #expect(same.verdict == .inconclusive)
        #expect(same.message.hasPrefix("scale 1 changes none of the 120 rows"))
    }

    @Test("an output moves as expected, one way or the other, strictly or not", arguments: Contracts.Expectation.Direction.allCases)
    func directions(direction: Contracts.Expectation.Direction) throws {
        var test = TestSpec(name: "moved", kind: "directional")
        test.perturb = Perturbation(change: [.init(element: 0, by: 0.2)])
        test.shareAtLeast = 0.9
        // More of x0 makes 0 more likely, and 1 less.
        for (choice, isRising) in [(JSONValue.integer(0), true), (1, false)] {
            test.expect = Contracts.Expectation(output: "probabilities", class: choice, direction: direction)
            let wantsRise = direction == .increases || direction == .doesNotDecrease
            let found = try results(try BrokenModels.right(), [test])[0]
            #expect(found.verdict == (wantsRise == isRising ? .pass : .fail), "\(found.message)")
        }
        #expect(DirectionalCheck.follows(.doesNotDecrease, 1, 1) && !DirectionalCheck.follows(.increases, 1, 1 + 1e-9))
        #expect(!DirectionalCheck.follows(direction, 1, .nan))
    }

    @Test("what a test asks of an input or output that is not there leaves it open, with the reason")
    func misfits() throws {
        var input = TestSpec(name: "input", kind: "invariance")
        (input.perturb, input.agreementAtLeast) = (Perturbation(input: "pixels", scale: [2]), 0.9)
        var output = TestSpec(name: "output", kind: "directional")
        (output.perturb, output.shareAtLeast) = (Perturbation(scale: [2]), 0.9)
        output.expect = Contracts.Expectation(output: "score", direction: .increases)
        var width = output
        (width.name, width.expect) = ("width", Contracts.Expectation(output: "probabilities", direction: .increases))
        var choice = output
        (choice.name, choice.expect) = ("choice", Contracts.Expectation(output: "probabilities", class: 9, direction: .increases))
        let found = try results(try BrokenModels.right(), [input, output, width, choice])

        #expect(found.map(\.verdict) == [.inconclusive, .inconclusive, .inconclusive, .inconclusive])
        #expect(found[0].message.contains("there is no input pixels to perturb; the inputs are x"))
        #expect(found[1].message.contains("there is no output score; the outputs are label, probabilities"))
        #expect(found[2].message.contains("3 numbers for each row: expect.class must say which"))
        #expect(found[3].message.contains("no probability of class 9"))
    }

    @Test("examples are rows of the dataset or inputs; one that is wrong fails and is named, one that is not there leaves it open")
    func examples() throws {
        var test = TestSpec(name: "must be right", kind: "examples")
        func found(_ examples: [NamedExample]) throws -> TestResult {
            test.examples = examples
            return try results(try BrokenModels.right(), [test])[0]
        }
        let right = NamedExample(name: "a two", row: "row-2")
        let wrong = NamedExample(name: "taken for a one", row: "row-0", label: 1)
        let missing = NamedExample(name: "gone", row: "row-999")

        #expect(try found([right]).message == "1 named example right.")
        let failed = try found([right, wrong, missing])
        #expect(failed.verdict == .fail)
        #expect(failed.parts?.map(\.verdict) == [.pass, .fail, .inconclusive])
        #expect(
            failed.message == "1 of 3 named examples wrong: “taken for a one”. The dataset has no labeled row for “gone”.")
        #expect(try found([right, missing]).verdict == .inconclusive)
        #expect(try found([NamedExample(name: "odd", input: ["x": [1, 2, 3]], label: 0)]).verdict == .inconclusive)
        #expect(try found([NamedExample(name: "odd", row: "row-0", label: 7)]).message.contains("none of the choices"))
    }

    @Test("a busy machine, another machine, a variant that nobody made: nothing is measured, so nothing passes")
    func unmeasured() throws {
        var slow = TestSpec(name: "slow", kind: "latency")
        slow.millisecondsAtMost = 1e-6
        var fast = slow
        (fast.name, fast.millisecondsAtMost) = ("fast", 1e6)
        let busy = try results(try BrokenModels.right(), [slow, fast], isBusy: true)
        #expect(busy.map(\.verdict) == [.inconclusive, .inconclusive])
        #expect(busy.allSatisfy { $0.message.contains("the machine was busy") && ($0.value ?? 0) > 0 })
        #expect(try results(try BrokenModels.right(), [slow, fast]).map(\.verdict) == [.fail, .pass])

        var variants = ["latency", "size", "memory"].map { TestSpec(name: $0, kind: $0) }
        for index in variants.indices {
            (variants[index].variant, variants[index].millisecondsAtMost, variants[index].megabytesAtMost) = ("int8", 1e6, 1e6)
        }
        let open = try results(try BrokenModels.right(), variants)
        #expect(open.map(\.verdict) == [.inconclusive, .inconclusive, .inconclusive])
        #expect(open.allSatisfy { $0.message == "The model has no device variant int8 yet, so there is nothing to measure." })

        // The variant's file is what is measured, once there is one.
        for index in variants.indices { (variants[index].millisecondsAtMost, variants[index].megabytesAtMost) = (1e6, 0.9) }
        let made = try results(try BrokenModels.right(), variants, made: ["int8": try BrokenModels.broken("size")])
        #expect(made.map(\.verdict)[0] == .pass && made[1].verdict == .fail, "\(made.map(\.message))")
        #expect(made[1].message.hasPrefix("The file has 1 MB"))

        fast.machine = "phone"
        #expect(try results(try BrokenModels.right(), [fast])[0].message == "It counts on the machine phone, and this is lab.")
    }

    @Test("a call of many rows is timed as one, and the report says on what machine")
    func manyRows() throws {
        var test = TestSpec(name: "batch", kind: "latency")
        (test.rows, test.percentile, test.millisecondsAtMost) = (300, 90, 1_000)
        let runtime = try testRuntime()
        let machine = MachineMeasure(name: "lab", runtime: runtime, idle: 1e9)
        let report = try SuiteRunner(runtime: runtime).run(
            SuiteOrder(
                id: "s", model: .init(bytes: try BrokenModels.right(), version: 1), manifest: try capability([test]), revision: 1,
                dataset: DatasetReference(name: "shapes", version: 1), material: SuiteMaterial(rows: rows(120), machine: machine))
        ).report

        #expect(report.results[0].verdict == .pass, "\(report.results[0].message)")
        #expect(report.results[0].message.contains("p90 of a call with 300 rows is "))
        #expect(report.results[0].rows == 120)
        #expect(report.machine?.name == "lab")
        #expect((report.machine?.calibrationMilliseconds ?? 0) > 0)
    }

    @Test("the contract names each clause, and a model of another width breaks the shape that is declared")
    func contract() throws {
        let test = TestSpec(name: "contract", kind: "contract")
        let found = try results(try BrokenModels.right(), [test])[0]
        #expect(
            found.parts?.map(\.name) == [
                "output label is shaped as declared", "output probabilities is shaped as declared", "rows get finite numbers",
                "a batch answers as its rows do alone", "the smallest values allowed give numbers",
                "the largest values allowed give numbers", "another datatype in x is refused",
                "a dimension more in x is refused", "a value too many in x is refused", "a value below the minimum in x is refused",
                "a value above the maximum in x is refused",
            ])
        #expect(found.message == "All 11 clauses of the interface hold on 16 rows.")

        let endless = try BrokenModels.graph { graph, present in
            // The logarithm of 1 - x1: without end where x1 is 1.
            let (one, second) = (graph.floats([1], shape: [1]), graph.floats([0, 0, 0, 1, 1, 1], shape: [2, 3]))
            graph.node("MatMul", ["x", second], to: ["x1"])
            graph.node("Sub", [one, "x1"], to: ["rest"])
            graph.node("Log", ["rest"], to: ["endless"])
            graph.node("Add", [present, "endless"], to: ["scores"])
            return "scores"
        }
        let broken = try results(endless, [test], rows: rows().filter { $0.label != 1 })[0]
        #expect(broken.verdict == .fail)
        #expect(broken.message.contains("the largest values allowed give numbers: output probabilities is not a finite number"))
    }

    @Test("an answer that is no number breaks the contract, without a declared range too, and a model that breaks off fails its tests")
    func brokenAnswers() throws {
        let unnumbered = try BrokenModels.graph { graph, present in
            // The logarithm of x0 - 0.5: no number where x0 is less.
            let (half, first) = (graph.floats([0.5], shape: [1]), graph.floats([1, 1, 1, 0, 0, 0], shape: [2, 3]))
            graph.node("MatMul", ["x", first], to: ["x0"])
            graph.node("Sub", ["x0", half], to: ["rest"])
            graph.node("Log", ["rest"], to: ["number"])
            graph.node("Add", [present, "number"], to: ["scores"])
            return "scores"
        }
        let tests = [TestSpec(name: "contract", kind: "contract"), TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.1)]
        let order = SuiteOrder(
            id: "s", model: .init(bytes: unnumbered, version: 1), manifest: try manifest(tests: tests), revision: 1,
            dataset: DatasetReference(name: "shapes", version: 1), material: SuiteMaterial(rows: rows()))
        let found = try SuiteRunner(runtime: try testRuntime()).run(order).report.results

        #expect(found.map(\.verdict) == [.fail, .fail])
        #expect(found[0].message.contains("rows get finite numbers: output probabilities is not a finite number"))
        #expect(found[1].message.contains("row row-1 got probabilities"))

        // It takes rows whose sum is below 2 only.
        let short = try BrokenModels.graph { graph, present in
            let (ones, none) = (graph.floats([1, 1], shape: [2, 1]), graph.floats([0], shape: [1]))
            graph.node("MatMul", ["x", ones], to: ["sum"])
            graph.node("Cast", ["sum"], to: ["places"], integers: ["to": 7])
            graph.node("Gather", [graph.floats([1, 1], shape: [2]), "places"], to: ["taken"], integers: ["axis": 0])
            graph.node("Mul", ["taken", none], to: ["nothing"])
            graph.node("Add", [present, "nothing"], to: ["scores"])
            return "scores"
        }
        var doubled = TestSpec(name: "doubled", kind: "invariance", onInconclusive: .warn)
        (doubled.perturb, doubled.agreementAtLeast) = (Perturbation(scale: [2]), 0.1)
        var open = order
        (open.model, open.manifest) = (.init(bytes: short, version: 1), try manifest(tests: [doubled]))
        let brokenOff = try SuiteRunner(runtime: try testRuntime()).run(open).report.results[0]
        #expect(brokenOff.verdict == .fail && brokenOff.message.hasPrefix("The model could not be run: "), "\(brokenOff.message)")
    }

    @Test("a tolerance allows for answers that scatter by less")
    func tolerance() throws {
        var test = TestSpec(name: "same", kind: "reproducible")
        let exact = try results(try BrokenModels.broken("reproducible"), [test])[0]
        #expect(exact.verdict == .fail)
        #expect((exact.value ?? 0) > 0)
        test.tolerance = 0.01
        let loose = try results(try BrokenModels.broken("reproducible"), [test])[0]
        #expect(loose.verdict == .pass, "\(loose.message)")
        #expect(loose.bound == 0.01)
        #expect(loose.parts?.map(\.name) == ["asked again", "loaded again"])
    }
}
