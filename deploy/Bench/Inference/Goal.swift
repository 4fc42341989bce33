import Foundation

/// A target and what was measured.
struct Goal: Sendable, Codable {
    let name: String
    let sentence: String
    let value: Double
    let target: Double
    let isUpperBound: Bool
    /// Why the measurement does not tell whether the target is met; nil when it does.
    var doubt: String?

    static func atLeast(_ target: Double, _ value: Double, _ name: String, _ sentence: String, doubt: String? = nil) -> Goal {
        Goal(name: name, sentence: sentence, value: value, target: target, isUpperBound: false, doubt: doubt)
    }

    static func atMost(_ target: Double, _ value: Double, _ name: String, _ sentence: String, doubt: String? = nil) -> Goal {
        Goal(name: name, sentence: sentence, value: value, target: target, isUpperBound: true, doubt: doubt)
    }

    var isMet: Bool { doubt == nil && (isUpperBound ? value <= target : value >= target) }

    /// "met", by how much of the target it is missed, or why nobody knows.
    var verdict: String {
        if let doubt { return "undecided: " + doubt }
        guard !isMet else { return "met" }
        let distance = abs(value - target) / target
        return "missed by \((distance * 100).formatted(.number.precision(.fractionLength(1)).grouping(.never))) %"
    }

    /// Name, what, value, bound, verdict.
    var cells: [String] {
        [name, sentence, Figure.text(value), (isUpperBound ? "at most " : "at least ") + Figure.text(target), verdict]
    }

    static func table(_ goals: [Goal]) -> String { TextTable.text(["TARGET", "WHAT", "VALUE", "WANTED", "VERDICT"], goals.map(\.cells)) }
}
