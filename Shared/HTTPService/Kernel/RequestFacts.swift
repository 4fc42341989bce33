import Contracts
import HTTPTypes
import Observability

/// What every request has before anybody looks at its body: id, trace and deadline.
struct RequestFacts: Sendable {
    let requestID: RequestID
    let trace: TraceContext
    let deadline: Deadline
    let started: ContinuousClock.Instant

    init(_ head: HTTPRequest, limits: DeadlineLimits) {
        let now = ContinuousClock.now
        started = now
        requestID = head.headerFields[.requestID].flatMap { RequestID($0) } ?? RequestID()
        trace = TraceContext.continuing(head.headerFields[.traceparent])
        deadline = Deadline(now.advanced(by: limits.wait(head.headerFields[.deadline])))
    }
}

/// How long a request may take.
public struct DeadlineLimits: Sendable {
    /// Where the caller does not say.
    public let standard: Duration
    /// Whatever the caller says.
    public let longest: Duration

    /// A body of this many bytes does not come within the standard time over most lines.
    static let longBody = 256 << 20

    public init(standard: Duration = .seconds(30), longest: Duration = .seconds(600)) {
        self.standard = standard
        self.longest = longest
    }

    /// Those of a route: one that takes long bodies has the longest time, where the caller does not say.
    func `for`(_ route: Route?) -> DeadlineLimits {
        (route?.bodyLimit ?? 0) < Self.longBody ? self : DeadlineLimits(standard: longest, longest: longest)
    }

    /// How long to work on a request whose header says this many milliseconds. A header that is no such number is ignored.
    func wait(_ header: String?) -> Duration {
        guard let header, header.utf8.count <= 9, let milliseconds = UInt32(header) else { return standard }
        return min(longest, .milliseconds(Int(milliseconds)))
    }
}

extension HTTPField.Name {
    static let requestID = Self(HeaderNames.requestID)!
    static let traceparent = Self(HeaderNames.traceparent)!
    static let deadline = Self(HeaderNames.deadline)!
    static let idempotencyKey = Self(HeaderNames.idempotencyKey)!
    static let idempotencyReplayed = Self("idempotency-replayed")!
    static let contentTypeOptions = Self("x-content-type-options")!
}
