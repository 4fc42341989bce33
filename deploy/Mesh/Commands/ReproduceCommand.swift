import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh reproduce`
struct ReproduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Make a training run again and say whether the result is identical, within tolerance, or what differed.",
        discussion: "Exit status 1 when a metric differs by more than the tolerance or the run fails.")

    @OptionGroup var target: StateOption
    @Argument(help: "Id of the run.")
    var run: String
    @Option(help: "Largest difference of a metric that counts as the same, relative to the larger of 1 and its size.")
    var tolerance = 1e-6
    @Flag(help: "Print the comparison as JSON.")
    var json = false

    func validate() throws {
        guard (0...1).contains(tolerance) else { throw ValidationError("--tolerance is a number from 0 to 1, not \(tolerance)") }
    }

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let started: TrainingRun = try await calls.value(
            ClientRequest(
                "POST", Path("v1", "trainer", "runs", run, "reproductions"), idempotencyKey: UUID().uuidString.lowercased()),
            from: .trainer)
        Console.progress("run \(started.id) repeats \(run)")
        let repeated = try await calls.endedRun(started.id)
        let comparison: RunComparison = try await calls.value(
            ClientRequest(
                "GET", Path("v1", "trainer", "runs", run, "comparison", repeated.id), query: [("tolerance", String(tolerance))]),
            from: .trainer)
        if json {
            try Console.say(json: comparison)
        } else {
            Console.say(Self.text(comparison, error: repeated.error))
        }
        if ![.identical, .withinTolerance].contains(comparison.verdict) { throw ExitCode(1) }
    }

    static func text(_ comparison: RunComparison, error: String?) -> String {
        let verdict =
            switch comparison.verdict {
            case .identical: "identical: the models are the same to the byte"
            case .withinTolerance: "within tolerance: the models differ, and every metric is the same within \(comparison.tolerance)"
            case .differs: "differs: a metric differs by more than \(comparison.tolerance)"
            case .incomplete: "incomplete: the run came to no model" + (error.map { ": \($0)" } ?? "")
            }
        guard !comparison.differences.isEmpty else { return verdict }
        let rows = comparison.differences.map { [$0.role.rawValue, $0.field, text($0.first), text($0.second)] }
        return verdict + "\n" + Console.table(["", "FIELD", "FIRST", "AGAIN"], rows)
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "-" }
        return value.stringValue ?? String(decoding: value.canonical, as: UTF8.self)
    }
}
