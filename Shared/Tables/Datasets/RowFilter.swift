import Contracts
import Slices

/// Which rows of a version are meant.
public struct RowFilter: Sendable, Hashable {
    public var splits: [Split]?
    /// Rows for which the predicate is true; where it is unknown a row is left out.
    public var predicate: SlicePredicate?
    public var isLabeled: Bool?
    /// Only rows of these ids.
    public var ids: [String]?
    /// Only rows whose id comes after this one, by bytes.
    public var after: String?
    /// At most so many, the first by id.
    public var limit: Int?

    public init(
        splits: [Split]? = nil, predicate: SlicePredicate? = nil, isLabeled: Bool? = nil, ids: [String]? = nil, after: String? = nil,
        limit: Int? = nil
    ) {
        self.splits = splits
        self.predicate = predicate
        self.isLabeled = isLabeled
        self.ids = ids
        self.after = after
        self.limit = limit
    }

    /// Every row.
    public static let all = RowFilter()

    /// The condition, with its parameters, and what follows it.
    func sql(_ layout: SegmentLayout) -> (condition: String, parameters: [TableValue]) {
        var conditions = ["TRUE"]
        var parameters: [TableValue] = []
        if let splits {
            conditions.append("split IN (\((splits.map { TableSQL.literal($0.rawValue) } + ["NULL"]).joined(separator: ", ")))")
        }
        if let predicate { conditions.append("(\(predicate.sql(columns: layout.column)))") }
        if let isLabeled { conditions.append(isLabeled ? "label IS NOT NULL" : "label IS NULL") }
        if let ids {
            conditions.append("id IN (SELECT unnest(CAST(CAST(? AS JSON) AS VARCHAR[])))")
            parameters.append(.text(JSONText.text(.array(ids.map { .string($0) }))))
        }
        if let after {
            conditions.append("id > ?")
            parameters.append(.text(after))
        }
        return (conditions.joined(separator: " AND "), parameters)
    }
}
