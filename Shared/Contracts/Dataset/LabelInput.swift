/// A label for a row that is there already.
public struct LabelInput: Sendable, Hashable, Codable {
    public var rowId: String
    public var label: JSONValue
    /// Posterior probability of the label, 0 to 1.
    public var confidence: Double?
    /// How many people answered.
    public var annotators: Int?
    /// How the row was chosen for labeling.
    public var selection: Selection?

    public init(rowId: String, label: JSONValue, confidence: Double? = nil, annotators: Int? = nil, selection: Selection? = nil) {
        self.rowId = rowId
        self.label = label
        self.confidence = confidence
        self.annotators = annotators
        self.selection = selection
    }
}
