import ArgumentParser
import Foundation
import LinearAlgebra

/// `bench recipes`
struct RecipesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipes",
        abstract: "Fit softmax regression in turns with scikit-learn's lbfgs to the same loss, and a transfer head on a hundred labels.",
        discussion: """
            Both sides use one thread and are timed by the processor time of the fit alone. scikit-learn fits first, to its standard \
            tolerance; ours counts until its objective is as low. `deploy/scripts/clients.sh bench/recipes` makes the Python environment.
            """)

    @Option(help: "Rows.")
    var rows = 60_000
    @Option(help: "Numbers of a row.")
    var columns = 784
    @Option(help: "Penalty.")
    var l2 = 0.0001
    @Option(help: "Rounds.")
    var rounds = 3
    @Option(help: "Python with scikit-learn.")
    var python = ".mesh/clients/bench/recipes/bin/python"

    func run() throws {
        BLAS.setThreads(1)
        let comparison = try SoftmaxComparison(rows: rows, columns: columns, l2: l2, python: python)
        print("softmax regression, \(rows) x \(columns), 10 classes, l2 \(l2), one thread; \(rounds) rounds, processor seconds")
        for line in try comparison.lines(rounds: rounds) { print(line) }
        print(try TransferTiming.line())
    }
}
