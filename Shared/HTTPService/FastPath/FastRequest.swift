import Contracts
import HTTPTypes
import NIOCore
import Observability

/// A request of a fast route: let in, complete, and on its event loop.
public struct FastRequest: Sendable {
    public let head: HTTPRequest
    /// The whole body, not longer than the route allows.
    public let body: ByteBuffer
    public let caller: Caller
    public let requestID: RequestID
    public let deadline: Deadline
    public let trace: TraceContext
    /// The loop that reads and writes the connection.
    public let eventLoop: any EventLoop
    let parameters: [(name: String, value: String)]
    /// Keeps the body's bytes counted for as long as a route holds the request.
    let share: BodyBudget.Share?

    /// A path parameter, percent-decoded once; empty when the pattern has none of that name.
    public func parameter(_ name: String) -> String {
        parameters.first { $0.name == name }?.value ?? ""
    }

    /// The value of a header; nil when it is absent.
    public func header(_ name: HTTPField.Name) -> String? {
        head.headerFields[name]
    }
}
