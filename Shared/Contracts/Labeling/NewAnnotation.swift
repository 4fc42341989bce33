/// A labeler's answer.
public struct NewAnnotation: Sendable, Hashable, Codable {
    public var lease: String
    public var label: JSONValue
    /// How long the labeler looked.
    public var leadTimeMilliseconds: Int?

    public init(lease: String, label: JSONValue, leadTimeMilliseconds: Int? = nil) {
        self.lease = lease
        self.label = label
        self.leadTimeMilliseconds = leadTimeMilliseconds
    }
}
