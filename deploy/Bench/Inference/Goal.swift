import Foundation

/// A target and what was measured.
struct Goal: Sendable, Codable {
    let name: String
    let sentence: String
    let value: Double
    let target: Double
    let isUpperBound: Bool

    static func atLeast(_ target: Double, _ value: Double, _ name: String, _ sentence: String) -> Goal {
        Goal(name: name, sentence: sentence, value: value, target: target, isUpperBound: false)
    }

    static func atMost(_ target: Double, _ value: Double, _ name: String, _ sentence: String) -> Goal {
        Goal(name: name, sentence: sentence, value: value, target: target, isUpperBound: true)
    }

    var isMet: Bool { isUpperBound ? value <= target : value >= target }

    /// "met", or by how much of the target it is missed.
    var verdict: String {
        guard !isMet else { return "met" }
        let distance = abs(value - target) / target
        return "missed by \((distance * 100).formatted(.number.precision(.fractionLength(1)).grouping(.never))) %"
    }

    static func table(_ goals: [Goal]) -> String {
        let rows = goals.map { goal in
            let bound = goal.isUpperBound ? "at most " : "at least "
            return [goal.name, goal.sentence, Figure.text(goal.value), bound + Figure.text(goal.target), goal.verdict]
        }
        return TextTable.text(["TARGET", "WHAT", "VALUE", "WANTED", "VERDICT"], rows)
    }
}
