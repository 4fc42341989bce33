import Contracts
import Tables

/// The rows of a dataset version page by page, in the order of their ids.
struct VersionPages: Sendable {
    /// Values of a page, so that a page of wide rows has fewer of them.
    static let values = 1 << 20

    let table: DatasetTable
    let labeledOnly: Bool
    let size: Int

    init(_ table: DatasetTable, labeledOnly: Bool, size: Int) {
        self.table = table
        self.labeledOnly = labeledOnly
        self.size = size
    }

    init(_ table: DatasetTable, labeledOnly: Bool, interface: Interface) {
        let width = interface.inputs.reduce(0) { $0 + ($1.elementsPerRow ?? 64) }
        self.init(table, labeledOnly: labeledOnly, size: max(64, Self.values / max(width, 1)))
    }

    /// The rows after one; empty at the end. Throws ``TableError``.
    func page(after last: String?, split: Split? = nil) async throws -> [DatasetRow] {
        var filter = RowFilter(isLabeled: labeledOnly ? true : nil, after: last, limit: size)
        filter.splits = split.map { [$0] }
        return try await table.rows(filter).map(\.row)
    }
}
