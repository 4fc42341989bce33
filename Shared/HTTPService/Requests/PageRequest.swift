import Contracts
import Hummingbird

/// Which page of a listing is asked for: `?limit=50&page=<cursor>`.
public struct PageRequest: Sendable {
    /// Items on the page. Read one row more than this, and hand all of them to ``page(_:key:)``.
    public let limit: Int
    /// The key of the last row of the page before; nil on the first page.
    public let after: [String]?
    private let binding: String
    private let cursors: CursorCodec

    init(limit: Int, after: [String]?, binding: String, cursors: CursorCodec) {
        self.limit = limit
        self.after = after
        self.binding = binding
        self.cursors = cursors
    }

    /// The page of `limit + 1` rows (or fewer): the cursor is there when one row too many was found.
    public func page<Item>(_ rows: [Item], key: (Item) -> [String]) -> Page<Item> {
        let items = Array(rows.prefix(limit))
        let next = rows.count > limit ? items.last.map { cursors.encode(key($0), binding: binding) } : nil
        return Page(items: items, nextPage: next)
    }
}

extension Request {
    /// The page that is asked for. The cursor counts for this path and these filters only; `keys` is how many values it holds.
    public func page(context: ServiceContext, keys: Int = 1, limit standard: Int = 50, most: Int = 200) throws -> PageRequest {
        let limit = try query("limit", in: 1...most, default: standard)
        let filters = QueryItems(uri.query ?? "").items.filter { $0.name != "page" && $0.name != "limit" }
        let binding = ([uri.path] + filters.map { "\($0.name.utf8.count):\($0.name)=\($0.value)" }.sorted()).joined(separator: "\n")
        let cursors = context.kernel?.cursors ?? CursorCodec(key: [])
        var after: [String]?
        if let cursor = try query("page") {
            after = cursors.decode(cursor, binding: binding)
            guard after?.count == keys else {
                throw FieldFault("page", expected: "the nextPage of a page of this listing with these filters")
            }
        }
        return PageRequest(limit: limit, after: after, binding: binding, cursors: cursors)
    }
}
