/// What the answers to one item say together.
public struct ItemConsensus: Sendable, Equatable, Codable {
    public let item: String
    /// The most probable class; the first in the order of classes where several are.
    public let label: String
    /// The probability of `label`.
    public let confidence: Double
    /// The probability of each class.
    public let posterior: [Double]
    /// How often each class was answered.
    public let votes: [Int]
    /// Whether another class is just as probable.
    public let isTie: Bool
    /// Whether the label was known beforehand.
    public let isGold: Bool

    init(item: String, posterior: [Double], votes: [Int], classes: [String], isGold: Bool) {
        var best = 0
        for index in posterior.indices where posterior[index] > posterior[best] { best = index }
        self.item = item
        label = classes[best]
        confidence = posterior[best]
        self.posterior = posterior
        self.votes = votes
        isTie = posterior.indices.contains { $0 != best && posterior[$0] >= posterior[best] - 1e-12 }
        self.isGold = isGold
    }
}
