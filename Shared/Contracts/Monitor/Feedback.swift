import Foundation

/// What the product learned about a request.
public struct Feedback: Sendable, Hashable, Codable {
    /// Unique with the source: a repeat is counted once.
    public var id: String
    /// The caller when absent.
    public var source: String?
    public var requestId: RequestID
    public var row: Int?
    /// The true answer.
    public var label: JSONValue?
    /// KPI values by name.
    public var values: [String: Double]?
    public var time: Date?

    public init(
        id: String, source: String? = nil, requestId: RequestID, row: Int? = nil, label: JSONValue? = nil,
        values: [String: Double]? = nil, time: Date? = nil
    ) {
        self.id = id
        self.source = source
        self.requestId = requestId
        self.row = row
        self.label = label
        self.values = values
        self.time = time
    }
}
