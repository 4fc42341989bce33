/// A row to be written.
public struct RowInput: Sendable, Hashable, Codable {
    /// Derived from the content when absent; see RowID.
    public var id: String?
    /// Tensor values by input name, without the batch dimension.
    public var input: [String: JSONValue]
    public var context: [String: JSONValue]?
    public var label: JSONValue?
    /// Rows of a group are never split.
    public var group: String?
    /// The person the row is about; erasing the subject erases the row.
    public var subject: String?
    public var selection: Selection?
    public var origin: RowOrigin?

    public init(
        id: String? = nil, input: [String: JSONValue], context: [String: JSONValue]? = nil, label: JSONValue? = nil, group: String? = nil,
        subject: String? = nil, selection: Selection? = nil, origin: RowOrigin? = nil
    ) {
        self.id = id
        self.input = input
        self.context = context
        self.label = label
        self.group = group
        self.subject = subject
        self.selection = selection
        self.origin = origin
    }
}
