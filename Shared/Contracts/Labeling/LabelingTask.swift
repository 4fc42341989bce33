/// A task as a labeler sees it. Gold tasks look like all others.
public struct LabelingTask: Sendable, Hashable, Codable {
    public var id: String
    public var project: String
    public var input: [String: JSONValue]
    public var context: [String: JSONValue]
    public var prediction: JSONValue?

    public init(id: String, project: String, input: [String: JSONValue], context: [String: JSONValue], prediction: JSONValue? = nil) {
        self.id = id
        self.project = project
        self.input = input
        self.context = context
        self.prediction = prediction
    }
}
