import Foundation
import Statistics

/// Numbers as a report's sentences write them.
enum Wording {
    /// Three decimals, without zeros at the end.
    static func number(_ value: Double) -> String {
        var text = String(format: "%.3f", value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + number(value) }

    static func rows(_ count: Int, _ noun: String = "row") -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// ` (95 % interval 0.9 to 0.95, 360 rows)`.
    static func interval(_ estimate: Estimate, _ rows: Int, _ noun: String = "row") -> String {
        let none = estimate.count < Bootstrap.fewestRows ? "too few for an interval, " : "without a spread that an interval needs, "
        let range = estimate.interval.map { "95 % interval \(number($0.lower)) to \(number($0.upper)), " } ?? none
        return " (\(range)\(Wording.rows(rows, noun)))"
    }
}
