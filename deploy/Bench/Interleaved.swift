import Foundation

/// Two ways of doing the same thing, timed in turns.
struct Interleaved {
    private var first: [Double] = []
    private var second: [Double] = []

    /// Times both ways `rounds` times; which one goes first alternates, so that neither always finds warm caches.
    init(rounds: Int, repetitions: Int, _ one: () throws -> Void, _ other: () throws -> Void) rethrows {
        for round in 0..<rounds {
            if round.isMultiple(of: 2) {
                first.append(try Self.time(repetitions, one))
                second.append(try Self.time(repetitions, other))
            } else {
                second.append(try Self.time(repetitions, other))
                first.append(try Self.time(repetitions, one))
            }
        }
    }

    /// One line: both medians with their spread, and the median of the ratios of neighbours.
    func line(_ title: String, other: String = "Foundation") -> String {
        let ratios = zip(first, second).map { $1 / $0 }.sorted()
        let ratio = ratios[ratios.count / 2].formatted(.number.precision(.fractionLength(2)))
        return "  \(title): ours \(Self.spread(first)), \(other) \(Self.spread(second)): \(ratio) times"
    }

    /// Microseconds of one repetition.
    private static func time(_ repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let duration = try clock.measure { for _ in 0..<repetitions { try body() } }
        return duration / .microseconds(1) / Double(repetitions)
    }

    private static func spread(_ times: [Double]) -> String {
        let sorted = times.sorted()
        func text(_ share: Double) -> String {
            sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))].formatted(.number.precision(.fractionLength(2)))
        }
        return "\(text(0.5)) (\(text(0.1)) to \(text(0.9)))"
    }
}
