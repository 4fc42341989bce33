import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh test`
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run a capability's tests on a version of its model. Exit status 1 when they do not pass.")

    @OptionGroup var target: StateOption
    @Argument(help: "The capability.")
    var capability: String
    @Option(help: "Version of the model. Default: the newest.")
    var version: Int?
    @Option(help: "Version of the dataset whose test split counts. Default: the newest.")
    var dataset: Int?
    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        var tested = version
        if tested == nil { tested = try await newestVersion(calls) }
        let wish = NewSuite(capability: capability, version: tested ?? 1, dataset: dataset)
        let suite: SuiteRun = try await calls.value(MeshCalls.request("POST", Path("v1", "trainer", "suites"), wish), from: .trainer)
        let report = try await finish(suite, calls)
        if json {
            try Console.say(json: report)
        } else {
            Console.say(Self.text(report))
        }
        if !report.passed { throw ExitCode(1) }
    }

    private func newestVersion(_ calls: MeshCalls) async throws -> Int {
        let status: CapabilityStatus = try await calls.value(
            ClientRequest("GET", Path("v1", "registry", "capabilities", capability, "status")), from: .modelRegistry)
        guard status.versions > 0 else {
            let tests = status.tests.map { "  red           \($0.name)" }.joined(separator: "\n")
            throw CommandFault("\(capability) has no model yet, so its \(status.tests.count) tests are red:\n\(tests)")
        }
        return status.versions
    }

    private func finish(_ suite: SuiteRun, _ calls: MeshCalls) async throws -> SuiteReport {
        var suite = suite
        while true {
            switch suite.state {
            case .finished: if let report = suite.report { return report } else { throw CommandFault("the suite run has no report") }
            case .failed: throw CommandFault("the tests could not be run: \(suite.error ?? "no reason given")")
            case .queued, .running: try await Task.sleep(for: .milliseconds(200))
            }
            suite = try await calls.value(ClientRequest("GET", Path("v1", "trainer", "suites", suite.id)), from: .trainer)
        }
    }

    /// The report as test runners print it.
    static func text(_ report: SuiteReport) -> String {
        let lines = report.results.map { result in
            let verdict = result.verdict.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
            let needs = result.needs.map { "; wants \($0.atLeast) labeled rows of slice \($0.slice)" } ?? ""
            return "  \(verdict)  \(result.name): \(result.message)\(needs)"
        }
        let count = { (verdict: TestResult.Verdict) in report.results.filter { $0.verdict == verdict }.count }
        let version = report.version.map { " version \($0)" } ?? ""
        let seconds = report.seconds.formatted(.number.precision(.fractionLength(2)))
        let summary =
            "\(report.capability)\(version): \(report.passed ? "passed" : "failed"), \(count(.pass)) passed, \(count(.fail)) failed, "
            + "\(count(.inconclusive)) inconclusive in \(seconds) s on test rows of \(report.dataset.name) \(report.dataset.version)"
        return (lines + [summary]).joined(separator: "\n")
    }
}
