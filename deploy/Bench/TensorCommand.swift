import ArgumentParser

/// `bench tensors`
struct TensorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tensors",
        abstract: "Read and write JSON tensors our way and Foundation's way, and run a tiny model through us and bare, in turns.")

    @Argument(help: "Rounds of the comparison.")
    var rounds = 200

    func run() throws {
        print("JSON tensors, FP32, \(rounds) interleaved rounds; microseconds, median (10 % to 90 %)")
        for (rows, width) in [(1, 64), (1, 784), (100, 64), (170, 784)] {
            let comparison = try TensorComparison(rows: rows, width: width)
            print(comparison.run(rounds: rounds).joined(separator: "\n"))
        }
        print("One run of softmax regression, 64 to 10, fresh values each time")
        print(try EngineComparison().run(rounds: rounds))
    }
}
