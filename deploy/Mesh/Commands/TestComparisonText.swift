import Contracts
import Foundation

/// Which rows flipped between two reports, by slice.
enum TestComparisonText {
    /// Rows of each kind that are written out.
    static let shown = 20

    static func text(_ comparison: SuiteComparison, before: String, after: String) -> String {
        let groups = comparison.groups.map { group in
            [
                group.slice ?? "all rows", String(group.rows), String(group.broken), String(group.mended),
                group.pValue.formatted(.number.precision(.fractionLength(3)).grouping(.never)),
            ]
        }
        var lines = ["\(before) -> \(after)"]
        if !comparison.isSameSplit {
            lines.append(
                "The test splits differ: \(comparison.onlyBefore) rows are only in the first, \(comparison.onlyAfter) only in the second.")
        }
        lines.append(Console.table(["slice", "rows", "broken", "mended", "p"], groups, right: ["rows", "broken", "mended", "p"]))
        lines += rows("broken", comparison.broken) + rows("mended", comparison.mended)
        let changes = comparison.tests.filter { $0.before != $0.after }
        lines += changes.map { "test \($0.test): \($0.before?.rawValue ?? "not there") -> \($0.after?.rawValue ?? "gone")" }
        return lines.joined(separator: "\n")
    }

    private static func rows(_ word: String, _ rows: [SuiteComparison.Row]) -> [String] {
        let lines = rows.prefix(shown).map { row in
            let slices = row.slices.isEmpty ? "" : " [\(row.slices.joined(separator: ", "))]"
            return "  \(word) \(row.id): \(text(row.before)) -> \(text(row.after)), right is \(text(row.label))\(slices)"
        }
        return rows.count > shown ? lines + ["  and \(rows.count - shown) more \(word)"] : lines
    }

    private static func text(_ value: JSONValue) -> String { String(decoding: value.canonical, as: UTF8.self) }
}
