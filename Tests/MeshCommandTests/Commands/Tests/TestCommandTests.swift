import ArgumentParser
import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("What mesh test says")
struct TestCommandTests {
    private func result(
        _ name: String, _ verdict: TestResult.Verdict, kind: String = "metric", blocking: Bool = true, value: Double? = 0.9,
        seconds: Double? = 0.01, parts: [TestResult.Part]? = nil
    ) -> TestResult {
        TestResult(
            name: name, kind: kind, verdict: verdict, blocking: blocking, metric: kind == "metric" ? "accuracy" : nil, value: value,
            low: value.map { $0 - 0.05 }, high: value.map { $0 + 0.05 }, bound: 0.85, rows: 360, message: "As \(name) was found.",
            seconds: seconds, parts: parts)
    }

    private func report(_ results: [TestResult], version: Int? = 7) -> SuiteReport {
        SuiteReport(
            id: "s-1", capability: "digits", model: Digest(of: [1]), version: version, manifestRevision: 2,
            dataset: DatasetReference(name: "digits", version: 3), champion: nil, startedAt: Date(timeIntervalSince1970: 1_770_000_000),
            seconds: 1.5, results: results)
    }

    @Test(
        "at most one thing is tested, and options fit to it",
        arguments: [
            ["digits", "--version", "1", "--alias", "champion"], ["digits", "--run", "r", "--plan"], ["digits", "--compare", "6"],
            ["digits", "--compare", "6", "7", "8"], ["digits", "--file", "m.onnx"], ["digits", "--rows", "r.jsonl"],
            ["digits", "--plan", "--watch"], ["digits", "--file", "m", "--rows", "r", "--manifest", "c", "--watch"],
            ["digits", "--file", "m", "--rows", "r", "--manifest", "c", "--seeds", "3"], [],
        ])
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { try TestCommand.parse(arguments) }
    }

    @Test("what is accepted is read as it stands; the help says what the exit status means")
    func accepted() throws {
        let command = try TestCommand.parse(["digits", "--run", "r-1", "--junit", "out.xml", "--seeds", "5", "--watch"])
        #expect(command.trainingRun == "r-1" && command.junit == "out.xml" && command.seeds == 5 && command.watch)
        #expect(try TestCommand.parse(["digits", "--compare", "6", "7"]).compare == [6, 7])
        #expect(try TestCommand.parse(["digits", "--file", "m.onnx", "--rows", "r", "--manifest", "c"]).file == "m.onnx")
        let help = TestCommand.helpMessage()
        #expect(help.contains("Exit status 0: all tests pass. 1: a test fails. 2: no test fails"))
    }

    @Test("the exit status is 0 for green, 1 for red, 2 for what blocks and could not tell; a warning is green")
    func exit() {
        #expect(TestExit.status(of: report([result("a", .pass)])) == 0)
        #expect(TestExit.status(of: report([result("a", .pass), result("b", .inconclusive, blocking: false)])) == 0)
        #expect(TestExit.status(of: report([result("a", .inconclusive)])) == 2)
        #expect(TestExit.status(of: report([result("a", .flaky)])) == 2)
        #expect(TestExit.status(of: report([result("a", .inconclusive), result("b", .fail)])) == 1)
        #expect(TestExit.status(of: report([result("b", .fail, blocking: false)])) == 1)
    }

    @Test("a line for each test with value, interval, bound and n; reasons below what is not green; the slowest named")
    func text() {
        let parts = [
            TestResult.Part(name: "scale 0.9", verdict: .pass, value: 0.99), TestResult.Part(name: "scale 1.1", verdict: .fail, value: 0.5),
        ]
        let found = TestText(isColored: false).text(
            report([
                result("good enough", .pass), result("eights", .inconclusive, blocking: false, value: nil),
                result("brightness", .fail, kind: "invariance", value: 0.5, seconds: 0.7, parts: parts),
                result("fast", .pass, kind: "latency", value: 0.2),
            ]))

        #expect(
            found == """
                                      test         kind        value  95 % interval  bound      n  seconds
                pass                  good enough  accuracy      0.9  0.85 to 0.95   >= 0.85  360    0.010
                inconclusive (warns)  eights       accuracy                          >= 0.85  360    0.010
                              As eights was found.
                fail                  brightness   invariance    0.5  0.45 to 0.55   >= 0.85  360    0.700
                              As brightness was found.
                              fail scale 1.1: 0.5
                pass                  fast         latency       0.2  0.15 to 0.25   <= 0.85  360    0.010
                digits version 7: failed, 2 passed, 1 failed, 1 inconclusive in 1.50 s on test rows of digits 3
                slowest: brightness, 0.70 s of 1.50 s
                """)
    }

    @Test("verdicts are green, red and yellow on a terminal")
    func colours() {
        let found = TestText(isColored: true).text(report([result("a", .pass), result("b", .fail), result("c", .flaky)]))
        #expect(found.contains("\u{1B}[32mpass"))
        #expect(found.contains("\u{1B}[31mfail"))
        #expect(found.contains("\u{1B}[33mflaky"))
        #expect(found.contains("1 passed, 1 failed, 0 inconclusive, 1 flaky"))
    }

    @Test("an open end of an interval, a small value and a missing version are written so that they can be read")
    func corners() {
        var open = result("fast", .inconclusive, kind: "latency", value: 0.0000123)
        (open.low, open.high) = (0, nil)
        let found = TestText(isColored: false).text(report([open], version: nil))
        #expect(found.contains("1.2e-05  0 to ?"))
        #expect(found.contains("digits sha256:"))
        #expect(found.contains(": undecided, 0 passed"))
    }

    @Test("JUnit has a failure for what blocks, skips warnings, and is well-formed whatever names and messages hold")
    func junit() throws {
        var odd = result("a < b & \"c\"\u{1}", .fail)
        odd.message = "line one\nline two <tag>\u{0}"
        let xml = TestJUnit.xml(
            report([result("good", .pass), odd, result("open", .inconclusive), result("warns", .flaky, blocking: false)]))

        #expect(xml.contains(#"<testsuite name="digits" tests="4" failures="2" errors="0" skipped="1" time="1.500""#))
        #expect(xml.contains(#"<testcase name="good" classname="digits.metric" time="0.010"/>"#))
        #expect(xml.contains(#"name="a &lt; b &amp; &quot;c&quot;?""#))
        #expect(xml.contains(#"<failure type="fail" message="line one&#10;line two &lt;tag&gt;?"/>"#))
        #expect(xml.contains(#"<failure type="inconclusive" message="As open was found."/>"#))
        #expect(xml.contains(#"<skipped message="As warns was found."/>"#))
        let parser = XMLParsing()
        #expect(
            try parser.names(xml) == [
                "testsuites", "testsuite", "testcase", "testcase", "failure", "testcase", "failure", "testcase", "skipped",
            ])
    }

    @Test("what changed since the last report: verdicts, new tests, tests that are gone")
    func changes() {
        let old = report([result("a", .pass), result("b", .fail), result("gone", .pass)])
        let new = report([result("a", .pass), result("b", .pass), result("new", .inconclusive)])
        #expect(
            TestChange.between(old, new).map(\.line) == ["b: fail -> pass", "new: not there -> inconclusive", "gone: pass -> gone"])
        #expect(TestChange.between(old, old).isEmpty)
        let text = TestText(isColored: false).text(new, TestChange.between(old, new))
        #expect(text.contains("changed: b: fail -> pass"))
    }

    @Test("watching runs again for rows, versions, manifests, and an alias that moved, where they matter")
    func sight() {
        let before = TestSight(revision: 1, versions: 3, dataset: 5, aliases: ["champion": 2])
        var after = before
        let newest = NewSuite(capability: "digits")
        #expect(after.reasons(since: before, for: newest).isEmpty)
        (after.revision, after.versions, after.dataset, after.aliases) = (2, 4, 6, ["champion": 3])
        #expect(
            after.reasons(since: before, for: newest)
                == ["revision 2 of the manifest", "version 6 of the dataset", "version 4 of the model"])
        #expect(
            after.reasons(since: before, for: NewSuite(capability: "digits", version: 1, dataset: 5)) == ["revision 2 of the manifest"])
        #expect(
            after.reasons(since: before, for: NewSuite(capability: "digits", alias: "champion", dataset: 5))
                == ["revision 2 of the manifest", "champion is version 3"])
    }

    @Test("a plan says what cannot be decided, a comparison which rows flipped")
    func tables() {
        let plan = SuitePlan(
            capability: "digits", manifestRevision: 1, dataset: DatasetReference(name: "digits", version: 3), level: 0.95, power: 0.8,
            tests: [
                .init(name: "good", kind: "metric", bound: 0.9, rows: 360, value: 0.95, isDecidable: true, message: "It decides."),
                .init(
                    name: "eights", kind: "metric", bound: 0.8, rows: 39, value: 0.85, isObserved: true, isDecidable: false,
                    rowsNeeded: 460,
                    smallestDistance: 0.13, message: "39 rows do not."),
            ])
        let text = TestPlanText.text(plan)
        #expect(text.contains("decides      good     360  0.95 assumed"))
        #expect(text.contains("cannot tell  eights    39  0.85 found      0.8          460  0.13"))
        #expect(text.hasSuffix("digits: 1 of 2 bounds cannot be decided with a chance of 0.8 on test rows of digits 3"))

        let comparison = SuiteComparison(
            before: "s-1", after: "s-2", isSameSplit: false, onlyBefore: 0, onlyAfter: 4,
            groups: [
                .init(slice: nil, rows: 360, broken: 1, mended: 9, pValue: 0.0123),
                .init(slice: "eights", rows: 39, broken: 0, mended: 5, pValue: 0.03),
            ], broken: [.init(id: "r-3", label: 3, before: 3, after: 5, slices: [])],
            mended: [.init(id: "r-8", label: 8, before: "x", after: 8, slices: ["eights"])],
            tests: [.init(test: "eights", before: .fail, after: .pass), .init(test: "good", before: .pass, after: .pass)])
        #expect(
            TestComparisonText.text(comparison, before: "version 6", after: "version 7") == """
                version 6 -> version 7
                The test splits differ: 0 rows are only in the first, 4 only in the second.
                slice     rows  broken  mended      p
                all rows   360       1       9  0.012
                eights      39       0       5  0.030
                  broken r-3: 3 -> 5, right is 3
                  mended r-8: "x" -> 8, right is 8 [eights]
                test eights: fail -> pass
                """)
    }
}
