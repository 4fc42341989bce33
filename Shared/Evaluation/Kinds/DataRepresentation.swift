import Contracts
import Statistics

/// Whether the test split has each value of a field about as often as the wild.
enum DataRepresentation {
    /// Part of its share in the wild that a value must have.
    static let tolerance = 0.8

    /// A value passes when the whole Wilson interval of its share reaches 0.8 of its share in the wild, and fails when none of it
    /// does; the level is shared out over the values (Bonferroni).
    static func finding(_ field: String, _ wild: [String: Double], _ subject: Subject, slice: String?) -> DataFinding {
        let picked = subject.positions(of: slice)
        var counts: [String: Int] = [:]
        for row in picked { counts[RowField(field).text(in: subject.rows[row]), default: 0] += 1 }
        let level = 1 - 0.05 / Double(max(wild.count, 1))
        let cells = wild.keys.sorted().map { value in
            cell(value, share: wild[value] ?? 0, Proportion(successes: counts[value] ?? 0, trials: picked.count).estimate(level: level))
        }
        let verdicts = cells.map(\.verdict)
        let verdict: Verdict = verdicts.contains(.fail) ? .fail : verdicts.contains(.inconclusive) ? .inconclusive : .pass
        let report = Representation(rows: counts, wild: wild, tolerance: tolerance)
        let parts = cells.map { cell in
            TestResult.Part(
                name: "\(field) = \(cell.value)", verdict: TestResult.Verdict(cell.verdict), value: cell.estimate.value,
                low: cell.estimate.interval?.lower, high: cell.estimate.interval?.upper, rows: counts[cell.value] ?? 0)
        }
        let effect = report.test.map { ", Cramer's V \(Wording.number($0.cramersV))" } ?? ""
        return DataFinding(
            verdict: verdict, sentence: sentence(verdict, field, cells, report, effect), parts: parts,
            moreRows: cells.compactMap(\.more).max())
    }

    private typealias Cell = (value: String, verdict: Verdict, estimate: Estimate, more: Int?)

    private static func cell(_ value: String, share: Double, _ estimate: Estimate) -> Cell {
        let bound = tolerance * share
        let verdict = estimate.verdict(atLeast: bound)
        return (value, verdict, estimate, verdict == .inconclusive ? RowsNeeded.more(estimate, bound: bound) : nil)
    }

    private static func sentence(_ verdict: Verdict, _ field: String, _ cells: [Cell], _ report: Representation, _ effect: String) -> String
    {
        let short = cells.filter { $0.verdict != .pass }.map { "\($0.value) (\(Wording.number($0.estimate.value)))" }
        let collect = report.missing.map { "\($0.collect) of \($0.cell)" }
        let wanted = collect.isEmpty ? "" : "; collect \(collect.joined(separator: ", "))"
        switch verdict {
        case .pass: return "\(field) is as in the wild\(effect)."
        case .fail: return "\(field) is not as in the wild\(effect): too few of \(short.joined(separator: ", "))\(wanted)."
        case .inconclusive: return "Whether \(field) is as in the wild is not settled\(effect): \(short.joined(separator: ", "))\(wanted)."
        }
    }
}
