/// Rows that an index must not find any more, whatever their dataset holds.
public struct IndexErasure: Sendable, Hashable, Codable {
    /// Ids at once, at most.
    public static let mostRows = 10_000
    /// Longest id, in bytes.
    public static let longestID = 1_024

    /// Ids of rows; those that the index does not have are kept out of later builds.
    public var rows: [String]

    public init(rows: [String]) {
        self.rows = rows
    }

    /// What is wrong with the fields' values.
    public var faults: [FieldFault] {
        guard (1...Self.mostRows).contains(rows.count) else { return [FieldFault("rows", expected: "1 to \(Self.mostRows) ids of rows")] }
        return rows.enumerated().compactMap { index, row in
            let isSound = !row.isEmpty && row.utf8.count <= Self.longestID && !row.utf8.contains(0)
            return isSound ? nil : FieldFault("rows[\(index)]", expected: "the id of a row: a text of 1 to \(Self.longestID) bytes")
        }
    }
}
