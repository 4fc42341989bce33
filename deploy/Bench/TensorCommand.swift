import ArgumentParser

/// `bench tensors`
struct TensorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tensors", abstract: "Read and write JSON tensors our way and Foundation's way, in turns.")

    @Argument(help: "Rounds of the comparison.")
    var rounds = 200

    func run() throws {
        print("JSON tensors, FP32, \(rounds) interleaved rounds; microseconds, median (10 % to 90 %)")
        for width in [64, 784] {
            let comparison = try TensorComparison(width: width)
            print(comparison.run(rounds: rounds).joined(separator: "\n"))
        }
    }
}
