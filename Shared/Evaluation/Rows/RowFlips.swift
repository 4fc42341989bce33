import Contracts
import Statistics

/// Rows of two reports that one model has right and the other wrong.
struct RowFlips {
    private(set) var onlyBefore = 0
    private(set) var onlyAfter = 0
    private(set) var broken: [SuiteComparison.Row] = []
    private(set) var mended: [SuiteComparison.Row] = []
    /// All rows first, then the slices with most flips.
    private(set) var groups: [SuiteComparison.Group] = []

    private let slices: [String]
    /// Rows in both reports: of all, then of each slice.
    private var counts: [Int]

    /// Both are sorted by id, and the slices are those of the second.
    init(_ before: SuiteRows, _ after: SuiteRows) {
        slices = after.slices
        counts = [Int](repeating: 0, count: after.slices.count + 1)
        let width = Self.medianError(before)
        var (one, two) = (0, 0)
        while one < before.rows.count || two < after.rows.count {
            guard one < before.rows.count, two < after.rows.count else {
                onlyBefore += before.rows.count - one
                onlyAfter += after.rows.count - two
                break
            }
            let (old, new) = (before.rows[one], after.rows[two])
            if old.id == new.id {
                add(old, new, width)
                one += 1
                two += 1
            } else if SuiteRows.precedes(old.id, new.id) {
                onlyBefore += 1
                one += 1
            } else {
                onlyAfter += 1
                two += 1
            }
        }
        groups = grouped()
    }

    private mutating func add(_ old: SuiteRows.Row, _ new: SuiteRows.Row, _ width: Double) {
        guard old.label.canonical == new.label.canonical else {
            onlyBefore += 1
            onlyAfter += 1
            return
        }
        counts[0] += 1
        for slice in new.slices { counts[slice + 1] += 1 }
        let (was, now) = (old.isRight(within: width), new.isRight(within: width))
        guard was != now else { return }
        let row = SuiteComparison.Row(
            id: new.id, label: new.label, before: old.answer, after: new.answer, slices: new.slices.map { slices[$0] })
        if was { broken.append(row) } else { mended.append(row) }
    }

    private func grouped() -> [SuiteComparison.Group] {
        func group(_ slice: String?, _ rows: Int) -> SuiteComparison.Group {
            let lost = broken.count { row in slice.map { row.slices.contains($0) } ?? true }
            let won = mended.count { row in slice.map { row.slices.contains($0) } ?? true }
            return SuiteComparison.Group(
                slice: slice, rows: rows, broken: lost, mended: won, pValue: McNemarTest(onlyFirst: lost, onlySecond: won).midPValue)
        }
        let own = slices.enumerated().map { group($1, counts[$0 + 1]) }.filter { $0.rows > 0 }
        return [group(nil, counts[0])] + own.sorted { ($1.broken + $1.mended, $0.slice ?? "") < ($0.broken + $0.mended, $1.slice ?? "") }
    }

    private static func medianError(_ rows: SuiteRows) -> Double {
        let errors = rows.rows.compactMap(\.error).sorted()
        return errors.isEmpty ? 0 : Quantile.of(errors, 0.5)
    }
}

extension SuiteRows.Row {
    /// How far a number is from its label; nil for other answers.
    fileprivate var error: Double? {
        guard isRight == nil, let label = label.doubleValue, let answer = answer.doubleValue else { return nil }
        return abs(label - answer)
    }

    fileprivate func isRight(within width: Double) -> Bool { isRight ?? error.map { $0 <= width } ?? false }
}
