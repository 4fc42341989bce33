import Foundation
import Tensors

// Reads and writes tensors our way and Foundation's way, in turns, and prints what each took. A ratio within one run says more than
// either number: both saw the same machine at the same time.

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200
print("JSON tensors, FP32, \(rounds) interleaved rounds; microseconds, median (10 % to 90 %)")
for width in [64, 784] {
    let comparison = try TensorComparison(width: width)
    print(comparison.run(rounds: rounds).joined(separator: "\n"))
}
