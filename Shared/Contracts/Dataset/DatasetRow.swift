/// A row as a reader sees it.
public struct DatasetRow: Sendable, Hashable, Codable {
    public var id: String
    /// train, validation or test.
    public var split: String
    public var input: [String: JSONValue]
    public var context: [String: JSONValue]
    public var label: JSONValue?
    public var confidence: Double?
    public var selection: Selection?
    public var origin: RowOrigin?

    public init(
        id: String, split: String, input: [String: JSONValue], context: [String: JSONValue], label: JSONValue? = nil,
        confidence: Double? = nil, selection: Selection? = nil, origin: RowOrigin? = nil
    ) {
        self.id = id
        self.split = split
        self.input = input
        self.context = context
        self.label = label
        self.confidence = confidence
        self.selection = selection
        self.origin = origin
    }
}
