import Contracts
import Statistics

extension SuiteComparison {
    /// Two reports with their rows; at most `limit` flipped rows of each kind are listed, all are counted.
    ///
    /// A number counts as right where it is as near to its label as half the numbers of the first report are.
    public init(_ before: SuiteReport, _ rowsBefore: SuiteRows, _ after: SuiteReport, _ rowsAfter: SuiteRows, limit: Int = 1_000) {
        let flips = RowFlips(rowsBefore, rowsAfter)
        self.init(
            before: before.id, after: after.id, isSameSplit: rowsBefore.split == rowsAfter.split, onlyBefore: flips.onlyBefore,
            onlyAfter: flips.onlyAfter, groups: flips.groups, broken: Array(flips.broken.prefix(limit)),
            mended: Array(flips.mended.prefix(limit)), tests: Self.changes(before.results, after.results))
    }

    private static func changes(_ before: [TestResult], _ after: [TestResult]) -> [Change] {
        let gone = before.filter { old in !after.contains { $0.name == old.name } }
        let there = after.map { new in
            let old = before.first { $0.name == new.name }
            return Change(test: new.name, before: old?.verdict, after: new.verdict, valueBefore: old?.value, valueAfter: new.value)
        }
        return there + gone.map { Change(test: $0.name, before: $0.verdict, after: nil, valueBefore: $0.value, valueAfter: nil) }
    }
}
