/// Where a row came from.
public struct RowOrigin: Sendable, Hashable, Codable {
    /// How it came.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case ingest
        case production
    }

    public var kind: Kind
    /// The request that carried it.
    public var requestId: RequestID?
    /// Its index in that request.
    public var row: Int?

    public init(kind: Kind, requestId: RequestID? = nil, row: Int? = nil) {
        self.kind = kind
        self.requestId = requestId
        self.row = row
    }
}
