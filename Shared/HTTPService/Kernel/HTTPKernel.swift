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
    /// How long connections wait for their clients.
    let times: ConnectionTimes
    /// What may stand before every path; nil for nothing.
    let basePath: [UInt8]?
    private let inFlight: InFlightLimit
    /// Bodies on their way to Hummingbird's routes, which begin before they are there.
    private let arriving: InFlightLimit
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
        times = settings.times
        basePath = settings.basePath.map { Array($0.rawValue.utf8) }
        inFlight = InFlightLimit(capacity: settings.maximumInFlight)
        arriving = InFlightLimit(capacity: max(1, settings.maximumInFlight / 2), of: "bodies that are coming in")
        cursors = CursorCodec(key: Array(settings.cursorKey.reveal().utf8))
        self.logger = logger
    }

    /// The route that a request is for, or why there is none.
    func route(method: String, target: String) throws(RouteRefusal) -> Route {
        if let fault = PathRules.fault(target) { throw RouteRefusal(problem: fault) }
        switch index.match(method: method, target: target) {
        case .found(let route): return route
        case .none: throw RouteRefusal(problem: Problem(.notFound, "There is no such route"))
        case .otherMethods(let methods):
            let list = methods.joined(separator: ", ")
            throw RouteRefusal(problem: Problem(.methodNotAllowed, "The route takes \(list)"), allow: list)
        }
    }

    /// Who calls, when the route lets that caller in. Nil on open routes. `announced` is the length that the request says its body has;
    /// `authorizations` are the values of its Authorization headers.
    func admit(announced: Int?, authorizations: [String], to route: Route) throws(Problem) -> Admission? {
        if let announced, announced > route.bodyLimit { throw Problem(.tooLarge, "The route takes at most \(route.bodyLimit) bytes") }
        guard !route.isOpen else { return nil }
        guard authorizations.count < 2 else { throw Problem(.malformed, "The request has more than one Authorization header") }
        let admission = try authenticator.admission(authorization: authorizations.first).get()
        if let refusal = route.refusal(of: admission.caller) { throw refusal }
        return admission
    }

    /// A place among the requests in flight. Nil for health and metrics, which are asked most when there is too much to do.
    func place(for route: Route) throws(Problem) -> InFlightLimit.Place? {
        operations.contains(route) ? nil : try inFlight.enter()
    }

    /// A place among the bodies that are coming in: no more than half of all requests, so that slow clients leave the others room.
    func arrival() throws(Problem) -> BodyArrival { BodyArrival(try arriving.enter()) }

    /// A place for a request of a fast route, of which none is health or metrics.
    func place() throws(Problem) -> InFlightLimit.Place { try inFlight.enter() }

    /// Counts and logs an answer of Hummingbird's, or to no request at all. `route` is nil when none matched.
    func ended(_ facts: RequestFacts, route: Route?, method: String, status: Int, subject: String?) {
        let duration = facts.started.duration(to: .now)
        metrics.ended(route: route, status: status, duration: duration)
        log(facts.requestID, facts.trace, route, method: method, status: status, duration: duration, subject: subject)
    }

    /// Counts and logs an answer of a fast route.
    func ended(_ exchange: FastExchange, status: Int) {
        let duration = exchange.started.duration(to: .now)
        exchange.entry.metrics.ended(status: status, duration: duration)
        log(
            exchange.requestID, exchange.head.trace(exchange.requestID), exchange.entry.route, method: exchange.entry.route.method,
            status: status, duration: duration, subject: exchange.admission?.caller.subject)
    }

    private func log(
        _ requestID: RequestID, _ trace: @autoclosure () -> TraceContext, _ route: Route?, method: String, status: Int, duration: Duration,
        subject: @autoclosure () -> String?
    ) {
        // One line for each prediction would cost more than the prediction; what goes wrong is always told.
        let isQuiet = status < 400 && (route?.isOpen ?? false || route?.errors == .inference || route?.errors == .ofrep)
        let level: Logger.Level = status >= 500 ? .error : isQuiet ? .debug : .info
        guard level >= logger.logLevel else { return }
        let trace = trace()
        logger.log(
            level: level, "request answered",
            facts: [
                .requestID: "\(requestID)", .traceID: "\(trace.traceID)", .spanID: "\(trace.spanID)",
                .method: "\(method)", .route: "\(route?.pattern ?? HTTPMetrics.unmatched)", .status: "\(status)",
                .durationMilliseconds: "\(Double(duration.nanoseconds / 1_000) / 1_000)", .subject: "\(subject() ?? "")",
            ])
    }
}

/// Why a request has no route.
struct RouteRefusal: Error {
    let problem: Problem
    /// Value of the Allow header of a 405.
    var allow: String?
}
