import ArgumentParser
import Evaluation
import Foundation
import OnnxRuntime

/// `bench suite`
struct SuiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suite",
        abstract: "Run a suite of twelve tests on rows in memory, in turns with the bare engine over the same rows as ready tensors.")

    @Option(help: "Labeled rows of the test split.")
    var rows = 100_000
    @Option(help: "Numbers of a row.")
    var features = 64
    @Option(help: "Rounds.")
    var rounds = 5
    @Option(help: "ONNX Runtime's library.")
    var library = ".mesh/lib/libonnxruntime.so"

    func run() throws {
        let comparison = try SuiteComparisonRun(rows: rows, features: features, runtime: Runtime(libraryPath: library))
        print("12 tests on \(rows) rows of \(features) numbers, champion and candidate; \(rounds) rounds, medians")
        print(try comparison.lines(rounds: rounds).joined(separator: "\n"))
    }
}
