import Contracts
import HTTPTypes
import Logging
import Observability
import Settings

/// What both ways of serving a request share: the way through Hummingbird and the one on the event loop.
final class HTTPKernel: Sendable {
    let service: ServiceName
    let index: RouteIndex
    let authenticator: Authenticator
    let metrics: HTTPMetrics
    let readiness: Readiness
    let deadlines: DeadlineLimits
    /// What the bodies of fast requests may take together.
    let bodies: BodyBudget
    private let inFlight: InFlightLimit
    private let operations: Set<Route>
    let cursors: CursorCodec
    let logger: Logger

    init(
        service: ServiceName, routes: [Route], authenticator: Authenticator, metrics: HTTPMetrics, readiness: Readiness,
        settings: HTTPSettings, logger: Logger
    ) {
        self.service = service
        index = RouteIndex(routes)
        self.authenticator = authenticator
        self.metrics = metrics
        self.readiness = readiness
        deadlines = settings.deadlines
        operations = Set(RouteTable.operations(of: service))
        bodies = BodyBudget(capacity: settings.maximumBodyBytes)
        inFlight = InFlightLimit(capacity: settings.maximumInFlight)
        cursors = CursorCodec(key: Array(settings.cursorKey.reveal().utf8))
        self.logger = logger
    }

    /// The route that a request is for, or why there is none.
    func route(_ head: HTTPRequest) throws(RouteRefusal) -> Route {
        let target = head.path ?? ""
        if let fault = PathRules.fault(target) { throw RouteRefusal(problem: fault) }
        switch index.match(method: head.method.rawValue, target: target) {
        case .found(let route): return route
        case .none: throw RouteRefusal(problem: Problem(.notFound, "There is no such route"))
        case .otherMethods(let methods):
            let list = methods.joined(separator: ", ")
            throw RouteRefusal(problem: Problem(.methodNotAllowed, "The route takes \(list)"), allow: list)
        }
    }

    /// Who calls, when the route lets that caller in. Nil on open routes.
    func admit(_ head: HTTPRequest, to route: Route) throws(Problem) -> Caller? {
        if let announced = head.headerFields[.contentLength].flatMap({ Int($0) }), announced > route.bodyLimit {
            throw Problem(.tooLarge, "The route takes at most \(route.bodyLimit) bytes")
        }
        guard !route.isOpen else { return nil }
        let headers = head.headerFields[values: .authorization]
        guard headers.count < 2 else { throw Problem(.malformed, "The request has more than one Authorization header") }
        let caller = try authenticator.authenticate(authorization: headers.first).get()
        if let refusal = route.refusal(of: caller) { throw refusal }
        return caller
    }

    /// A place among the requests in flight. Nil for health and metrics, which are asked most when there is too much to do.
    func place(for route: Route) throws(Problem) -> InFlightLimit.Place? {
        operations.contains(route) ? nil : try inFlight.enter()
    }

    /// Counts and logs an answer. `route` is nil when none matched.
    func ended(_ facts: RequestFacts, route: Route?, method: String, status: Int, subject: String?) {
        let duration = facts.started.duration(to: .now)
        metrics.ended(route: route, method: method, status: status, duration: duration)
        // One line for each prediction would cost more than the prediction; what goes wrong is always told.
        let isQuiet = status < 400 && (route?.isOpen ?? false || route?.errors == .inference || route?.errors == .ofrep)
        logger.log(
            level: status >= 500 ? .error : isQuiet ? .debug : .info, "request answered",
            facts: [
                .requestID: "\(facts.requestID)", .traceID: "\(facts.trace.traceID)", .spanID: "\(facts.trace.spanID)",
                .method: "\(method)", .route: "\(route?.pattern ?? HTTPMetrics.unmatched)", .status: "\(status)",
                .durationMilliseconds: "\(Double(duration.nanoseconds / 1_000) / 1_000)", .subject: "\(subject ?? "")",
            ])
    }
}

/// Why a request has no route.
struct RouteRefusal: Error {
    let problem: Problem
    /// Value of the Allow header of a 405.
    var allow: String?
}
