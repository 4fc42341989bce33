/// Entries that changed since a cursor.
public struct GatewayEntries: Sendable, Hashable, Codable {
    public var entries: [GatewayEntry]
    public var cursor: String

    public init(entries: [GatewayEntry], cursor: String) {
        self.entries = entries
        self.cursor = cursor
    }
}
