/// What a page token is bound to: a filter, an order, and where is searched.
public struct PagedSearch: Sendable {
    public let filter: SearchFilter
    public let order: SearchOrder
    /// What else picks records: the team, the experiments, the view type.
    public let scope: [String]

    /// A search; `scope` must name everything besides filter and order that decides what it finds.
    public init(_ filter: SearchFilter, _ order: SearchOrder, scope: [String]) {
        self.filter = filter
        self.order = order
        self.scope = scope
    }

    /// The search in bytes; lengths stand before the parts, so that no two searches have the same.
    var binding: [UInt8] {
        Self.bytes([filter.kind.rawValue, filter.description, order.description] + scope)
    }

    static func bytes(_ parts: [String]) -> [UInt8] {
        Array("\(parts.count)\n".utf8) + parts.flatMap { Array("\($0.utf8.count)\n\($0)\n".utf8) }
    }
}
