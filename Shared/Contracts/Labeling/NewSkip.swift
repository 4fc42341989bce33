/// A labeler passes on a task.
public struct NewSkip: Sendable, Hashable, Codable {
    public var lease: String

    public init(lease: String) {
        self.lease = lease
    }
}
