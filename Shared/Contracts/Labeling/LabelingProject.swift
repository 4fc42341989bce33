import Foundation

/// A labeling project.
public struct LabelingProject: Sendable, Hashable, Codable {
    public var id: String
    public var name: String
    public var capability: String
    public var dataset: String
    public var team: String
    /// The input that a labeler looks at.
    public var input: String
    /// Its shape, without the batch.
    public var shape: [Int]
    /// Its largest value, for display.
    public var maximum: Double?
    public var choices: [JSONValue]
    public var overlap: Int
    public var gold: Double
    public var agreement: Double
    public var createdAt: Date

    public init(
        id: String, name: String, capability: String, dataset: String, team: String, input: String, shape: [Int], maximum: Double? = nil,
        choices: [JSONValue], overlap: Int, gold: Double, agreement: Double, createdAt: Date
    ) {
        self.id = id
        self.name = name
        self.capability = capability
        self.dataset = dataset
        self.team = team
        self.input = input
        self.shape = shape
        self.maximum = maximum
        self.choices = choices
        self.overlap = overlap
        self.gold = gold
        self.agreement = agreement
        self.createdAt = createdAt
    }
}
