/// An item with its score for a user.
public struct Recommendation: Sendable, Equatable, Codable {
    public let item: Int
    public let score: Double
}
