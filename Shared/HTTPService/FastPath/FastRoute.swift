/// A route that is handled on the event loop, past Hummingbird: short work inline, long work handed to threads of its own.
public struct FastRoute: Sendable {
    public let method: String
    /// As in the route table, which has its scope, body limit and error style.
    public let pattern: String
    /// Called once with a request that was let in and whose body is complete. Must not block.
    public let handle: @Sendable (FastRequest, FastResponder) -> Void

    public init(_ method: String, _ pattern: String, handle: @escaping @Sendable (FastRequest, FastResponder) -> Void) {
        self.method = method
        self.pattern = pattern
        self.handle = handle
    }
}
