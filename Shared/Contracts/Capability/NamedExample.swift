/// A row that a model must get right, whatever it gets right on average.
public struct NamedExample: Sendable, Hashable, Codable {
    /// What a report calls it.
    public var name: String
    /// Id of a row of the dataset; the row itself when absent.
    public var row: String?
    public var input: [String: JSONValue]?
    /// The right answer; the dataset row's label when absent.
    public var label: JSONValue?

    public init(name: String, row: String? = nil, input: [String: JSONValue]? = nil, label: JSONValue? = nil) {
        self.name = name
        self.row = row
        self.input = input
        self.label = label
    }
}
