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
    /// Only rows that come after the one of this id, in order.
    public var after: String?
    /// At most so many, the first in order.
    public var limit: Int?
    /// Rows come in an order that this seed makes random, the same for the same seed, instead of by id.
    public var sample: String?

    public init(
        splits: [Split]? = nil, predicate: SlicePredicate? = nil, isLabeled: Bool? = nil, ids: [String]? = nil, after: String? = nil,
        limit: Int? = nil, sample: String? = nil
    ) {
        self.splits = splits
        self.predicate = predicate
        self.isLabeled = isLabeled
        self.ids = ids
        self.after = after
        self.limit = limit
        self.sample = sample
    }

    /// Every row.
    public static let all = RowFilter()

    /// What rows are put in order by. MD5 stands for chance here, and gives the same order in every version of the engine.
    func rank(_ id: String = "id") -> String {
        sample.map { "md5(\(TableSQL.literal($0 + "/")) || \(id))" } ?? id
    }

    /// The condition, with its parameters.
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
            conditions.append("\(rank()) > \(rank("?"))")
            parameters.append(.text(after))
        }
        return (conditions.joined(separator: " AND "), parameters)
    }
}
