/// The operators that a target's runtime executes itself.
public struct OperatorTable: Sendable, Hashable {
    /// Where the list is from.
    public let source: String
    /// The version or the day of the source.
    public let date: String
    /// By domain and name, as in "com.microsoft:QLinearAdd"; the standard domain has no prefix. Requirements that the graph alone does not
    /// show are not among them: a node that counts as supported may still be refused for its shapes.
    public let operators: [String: [OperatorRequirement]]

    init(source: String, date: String, _ names: String, requirements: [String: [OperatorRequirement]] = [:]) {
        self.source = source
        self.date = date
        let plain = names.split(whereSeparator: \.isWhitespace).map { (String($0), [OperatorRequirement]()) }
        operators = Dictionary(plain) { first, _ in first }.merging(requirements) { $1 }
    }
}
