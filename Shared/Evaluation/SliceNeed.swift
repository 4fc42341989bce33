import Contracts
import Foundation
import Statistics

/// Which slice wants labels after a test that did not pass.
enum SliceNeed {
    /// Labeled rows that the slice should have in train; nil for a test over all rows.
    ///
    /// At least what the manifest's needs say. After a failure twice what the slice is taken to have by the split's shares; after an
    /// undecided test what brings the test split as many rows as would decide.
    static func need(
        of test: TestSpec, in manifest: CapabilityManifest, testRows: Int, estimate: Estimate?, bound: Double?
    ) -> CapabilityManifest.DataSection.Need? {
        guard let slice = test.slice else { return nil }
        let declared = manifest.data.needs?.first { $0.slice == slice }?.atLeast ?? 0
        let split = manifest.data.split
        let ratio = split.test > 0 ? split.train / split.test : 1
        var wanted = max(2 * testRows, RowsNeeded.least(toReach: test.atLeast ?? 0))
        if let estimate, let bound, let more = RowsNeeded.more(estimate, bound: bound) { wanted = max(wanted, testRows + more) }
        let rows = max(declared, Int((Double(min(wanted, RowsNeeded.most)) * ratio).rounded(.up)), 1)
        return try? WireJSON.read(
            CapabilityManifest.DataSection.Need.self, from: ["slice": .string(slice), "atLeast": .integer(Int64(rows))])
    }
}
