import Foundation

/// From the start of a server to its first right answer, serving one model.
struct StartTime {
    /// What was measured, in seconds.
    struct Result: Sendable {
        var seconds: [BenchSide: [Double]] = [:]

        var rows: [(side: BenchSide, median: Double)] {
            BenchSide.allCases.compactMap { side in seconds[side].map { (side, Ranks.median($0)) } }
        }

        var table: String {
            "start: from the start of the process to the first right answer, digits\n"
                + TextTable.text(["SIDE", "SECONDS", "ROUNDS"], rows.map { [$0.side.title, Figure.text($0.median), spread(of: $0.side)] })
        }

        var goals: [Goal] {
            let medians = Dictionary(uniqueKeysWithValues: rows.map { ($0.side, $0.median) })
            guard let ours = medians[.ours] else { return [] }
            let share = medians[.mlserver].map { Goal.atMost(0.1, ours / $0, "start", "seconds to the first answer over MLServer's") }
            return [share, .atMost(0.2, ours, "start", "seconds to the first answer")].compactMap { $0 }
        }

        private func spread(of side: BenchSide) -> String {
            let all = seconds[side] ?? []
            return "\(Figure.text(all.min() ?? 0))-\(Figure.text(all.max() ?? 0))"
        }
    }

    let plan: BenchPlan
    let places: BenchPlaces

    func run() throws -> Result {
        let inputs = BenchModel.digits.inputs(rows: 1)
        let request = BenchRequest(model: .digits, inputs: inputs, format: .json)
        let engine = try EngineSide(model: places.model(.digits), inputs: inputs)
        let check = AnswerCheck(expected: try engine.answer(), format: .json)
        var result = Result()
        for _ in 0..<plan.rounds {
            for (index, side) in plan.sides.enumerated() where side != .engine {
                let server = try BenchServer.start(side, serving: [.digits], request, check, port: plan.port + index, places: places)
                result.seconds[side, default: []].append(server.secondsToFirstAnswer)
                server.tree.end()
            }
        }
        return result
    }
}
