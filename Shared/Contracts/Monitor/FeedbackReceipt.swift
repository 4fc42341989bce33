/// What became of a batch of feedback.
public struct FeedbackReceipt: Sendable, Hashable, Codable {
    public var accepted: Int
    public var duplicates: Int

    public init(accepted: Int, duplicates: Int) {
        self.accepted = accepted
        self.duplicates = duplicates
    }
}
