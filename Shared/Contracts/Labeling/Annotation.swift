import Foundation

/// An answer as it was stored.
public struct Annotation: Sendable, Hashable, Codable {
    public var id: String
    public var task: String
    public var labeler: String
    public var label: JSONValue
    public var createdAt: Date

    public init(id: String, task: String, labeler: String, label: JSONValue, createdAt: Date) {
        self.id = id
        self.task = task
        self.labeler = labeler
        self.label = label
        self.createdAt = createdAt
    }
}
