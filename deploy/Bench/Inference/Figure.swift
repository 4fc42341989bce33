import Foundation

/// Numbers for people.
enum Figure {
    /// Three digits, or all before the point.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let digits = value.magnitude >= 100 ? 0 : value.magnitude >= 10 ? 1 : value.magnitude >= 1 ? 2 : 3
        return value.formatted(.number.precision(.fractionLength(digits)).grouping(.never))
    }
}
