/// Feedback on many requests.
public struct FeedbackBatch: Sendable, Hashable, Codable {
    public var events: [Feedback]

    public init(events: [Feedback]) {
        self.events = events
    }
}
