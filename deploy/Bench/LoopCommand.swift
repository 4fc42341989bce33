import ArgumentParser
import Contracts
import Foundation
import MeshCommand

/// `bench loop`
struct LoopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loop",
        abstract: "Time the loop: from the last of 100 new labels to a candidate that passed its whole suite and answers.",
        discussion: """
            Starts a mesh of its own in a temporary folder with the digits sample, whose model serves already. In each round people label \
            100 scans that the dataset does not have; then the clock runs over the dataset version, the training, the suite, the \
            registration, the alias and the load, up to the first answer of the new version through the public gateway. The target is \
            2 seconds; a target that is missed does not fail the run.
            """)

    @Option(help: "Rounds; the sample has scans for five.")
    var rounds = 5
    @Option(help: "Recipe. Default: the manifest's, softmax-regression.")
    var recipe: String?
    @Flag(help: "Print JSON.")
    var json = false

    /// Seconds that a turn may take.
    private static let target = 2.0

    func validate() throws {
        guard (1...5).contains(rounds) else { throw ValidationError("--rounds is 1 to 5") }
    }

    func run() async throws { try await Interruption().during(measure) }

    private func measure() async throws {
        let (rounds, recipe) = (rounds, recipe)
        let times = try await BenchMesh.sample { sample in
            try await sample.openLabeling()
            var times: [LoopTimes] = []
            for round in 0..<rounds { times.append(try await sample.turn(round, recipe: recipe)) }
            return times
        }
        if json {
            print(String(decoding: try WireJSON.encode(times), as: UTF8.self))
        } else {
            print(Self.table(times))
        }
    }

    private static func table(_ times: [LoopTimes]) -> String {
        guard let first = times.first else { return "" }
        let total = Ranks.median(times.map(\.total))
        let rows = first.parts.indices.map { part in
            let seconds = times.map { $0.parts[part].seconds }
            return [
                first.parts[part].name, text(Ranks.median(seconds)), text(seconds.max() ?? 0), text(100 * Ranks.median(seconds) / total, 1),
            ]
        }
        let verdict = total <= target ? "met" : "missed by \(text(100 * (total / target - 1), 1)) %"
        return "From the last of \(SampleModel.newLabels) labels to the candidate's first answer, \(times.count) rounds, medians\n"
            + TextTable.text(["part", "s", "slowest", "%"], rows + [["all", text(total), text(times.map(\.total).max() ?? 0), ""]])
            + "\ntarget: at most \(text(target, 1)) s, \(verdict)"
    }

    private static func text(_ value: Double, _ digits: Int = 3) -> String {
        value.formatted(.number.precision(.fractionLength(digits)).grouping(.never))
    }
}
