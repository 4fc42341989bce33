import ArgumentParser
import Foundation
import LinearAlgebra

/// `bench similarity`
struct SimilarityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similarity",
        abstract:
            "Search mapped vectors for the ten nearest, against the bare product of OpenBLAS over the same numbers in memory, in turns.")

    @Option(help: "Rows of the index.")
    var rows = 100_000
    @Option(help: "Numbers of a vector.")
    var dimension = 384
    @Option(help: "Rounds of the comparison.")
    var rounds = 15

    func run() throws {
        BLAS.setThreads(1)
        print(
            "\(rows) rows of \(dimension) numbers, one thread, \(rounds) interleaved rounds; microseconds a search, median (10 % to 90 %)")
        let comparison = try SimilarityComparison(rows: rows, dimension: dimension)
        for queries in [1, 8, 64] { print(try comparison.lines(queries: queries, rounds: rounds).joined(separator: "\n")) }
        print("  int8 finds \(try comparison.recall(queries: 100)) of the ten rows that float32 finds")
    }
}
