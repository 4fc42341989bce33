import Foundation

/// A task lent to one labeler until a time.
public struct TaskLease: Sendable, Hashable, Codable {
    public var task: LabelingTask
    /// Fencing token: only its holder may answer.
    public var lease: String
    public var expiresAt: Date

    public init(task: LabelingTask, lease: String, expiresAt: Date) {
        self.task = task
        self.lease = lease
        self.expiresAt = expiresAt
    }
}
