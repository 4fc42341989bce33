/// A row to be labeled.
public struct NewTask: Sendable, Hashable, Codable {
    public var rowId: String
    public var input: [String: JSONValue]
    public var context: [String: JSONValue]?
    /// What the model said; pre-fills the labeler's page where that is allowed.
    public var prediction: JSONValue?
    /// The known answer of a gold task.
    public var gold: JSONValue?
    public var selection: Selection?
    /// Set when the row is not in the dataset yet: it is committed with its label.
    public var origin: RowOrigin?

    public init(
        rowId: String, input: [String: JSONValue], context: [String: JSONValue]? = nil, prediction: JSONValue? = nil,
        gold: JSONValue? = nil, selection: Selection? = nil, origin: RowOrigin? = nil
    ) {
        self.rowId = rowId
        self.input = input
        self.context = context
        self.prediction = prediction
        self.gold = gold
        self.selection = selection
        self.origin = origin
    }
}
