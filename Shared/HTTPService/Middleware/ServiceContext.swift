import Contracts
import Hummingbird
import Logging
import NIOCore
import Observability

/// What a handler knows of its request beside the request itself.
public struct ServiceContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The server's id of the request.
    public internal(set) var requestID = Contracts.RequestID()
    /// The place in the trace.
    public internal(set) var trace = TraceContext()
    /// When nobody waits any more.
    public internal(set) var deadline = Deadline.after(.seconds(30))
    /// The route as the table has it.
    public internal(set) var route: Route?
    /// Who calls; nil on open routes.
    public internal(set) var caller: Caller?
    /// The claim on the request's Idempotency-Key.
    var idempotency: IdempotencyClaim?
    var kernel: HTTPKernel?

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        // Hummingbird's own id of the request says nothing beside ours.
        logger[metadataKey: "hb.request.id"] = nil
    }

    /// Who calls; a 401 on an open route that nobody in particular calls.
    public var identity: Caller {
        get throws(Problem) {
            guard let caller else { throw Problem(.unauthenticated, "The route needs to know who calls") }
            return caller
        }
    }

    /// Largest body in bytes.
    public var bodyLimit: Int { route?.bodyLimit ?? 1 << 20 }

    /// Hummingbird's decoding uses this limit.
    public var maxUploadSize: Int { bodyLimit }

    /// A path parameter, percent-decoded once. A value with a slash, a control character or `..` never gets here.
    public func parameter(_ name: String) throws -> String {
        guard let raw = parameters.get(name), let value = PathRules.decoded(raw) else {
            throw FieldFault(name, expected: "a segment of the path")
        }
        guard value.utf8.count <= 255 else { throw FieldFault(name, expected: "at most 255 bytes") }
        return value
    }

    /// The segments that a route's `{name...}` stands for, each percent-decoded once. None holds a slash, a control character or `..`.
    public func rest() throws -> [String] {
        try parameters.getCatchAll().map { raw in
            guard let value = PathRules.decoded(raw) else { throw FieldFault("path", expected: "segments of a path") }
            guard value.utf8.count <= 255 else { throw FieldFault("path", expected: "segments of at most 255 bytes") }
            return value
        }
    }

    /// A path parameter that is a name (``Names``).
    public func name(_ parameter: String) throws -> String {
        let value = try self.parameter(parameter)
        guard Names.isName(value) else { throw FieldFault(parameter, expected: Names.expectation) }
        return value
    }

    /// A path parameter that is a positive whole number.
    public func number(_ parameter: String) throws -> Int {
        guard let value = Int(try self.parameter(parameter)), value > 0 else {
            throw FieldFault(parameter, expected: "a whole number above 0")
        }
        return value
    }

    /// Whether the service is ready for work; for routes that say so in a contract of their own.
    public func isReady() async -> Bool {
        await kernel?.readiness.report().isReady ?? false
    }
}
