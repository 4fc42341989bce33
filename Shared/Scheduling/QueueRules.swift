/// How the requests of one model wait.
public struct QueueRules: Sendable, Hashable {
    /// Most requests that wait; more are refused.
    public var limit: Int
    /// Nil where each request runs alone.
    public var batching: BatchRules?

    public init(limit: Int, batching: BatchRules? = nil) {
        self.limit = limit
        self.batching = batching
    }
}
