/// One page of a listing.
public struct Page<Item> {
    public var items: [Item]
    /// Given as `page` it asks for the next page; nil on the last one.
    public var nextPage: String?

    public init(items: [Item], nextPage: String? = nil) {
        self.items = items
        self.nextPage = nextPage
    }
}

extension Page: Sendable where Item: Sendable {}
extension Page: Equatable where Item: Equatable {}
extension Page: Hashable where Item: Hashable {}
extension Page: Codable where Item: Codable {}
