/// What a recommender takes and gives.
public enum FactorPorts: Sendable, Hashable {
    /// An input and how many sizes it has: 1 for `[-1]`, 2 for `[-1, 1]`.
    public struct Input: Sendable, Hashable {
        public let name: String
        public let rank: Int

        public init(name: String, rank: Int) {
            self.name = name
            self.rank = rank
        }
    }

    /// Users and items in, their score out.
    case score(user: Input, item: Input, NumberPort)
    /// Users in; the items with the greatest scores, `[-1, count]`, out, best first, with their scores FP32 of the same shape.
    case ranking(user: Input, items: String, scores: String?, count: Int)
}
