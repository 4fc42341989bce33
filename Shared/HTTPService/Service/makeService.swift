import Contracts
import Cryptography
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Observability
import Postgres
import ServiceLifecycle
import Settings

/// Makes a service of the mesh out of its routes and its background services.
///
/// Each route has to be a row of ``RouteTable``, which says who may call it; anything else is a mistake of the programmer and traps.
/// With a database, it is run and watched here, revocations are followed in its event log, and idempotency keys are kept in its schema.
/// Fast routes are answered on the event loop, see ``FastRoute``.
/// `beforeStart` ends before the background services begin and before the server listens: migrations belong there.
public func makeService(
    name: ServiceName,
    settings: HTTPSettings,
    database: Database? = nil,
    logger: Logger,
    metrics: PrometheusRegistry,
    readiness checks: [ReadinessCheck] = [],
    fastRoutes: [FastRoute] = [],
    services: [any Service] = [],
    beforeStart: (@Sendable () async throws -> Void)? = nil,
    routes: (Router<ServiceContext>) -> Void
) -> MeshService {
    let verifier = TokenVerifier(keys: settings.keys, issuer: settings.issuer, audience: HTTPSettings.audience)
    let authenticator = Authenticator(verifier: verifier, local: settings.localCaller)
    let parts = database.map { DatabaseParts($0, denyList: authenticator.denyList, logger: logger) }
    // Predictions need no database: while it is away, an instance that has begun must not be taken out.
    let needs = (parts?.checks ?? []).map { fastRoutes.isEmpty ? $0 : $0.toBegin }
    let readiness = Readiness(checks: needs + checks, logger: logger, metrics: metrics)

    let router = Router(context: ServiceContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: ProblemMiddleware())
    if let parts {
        router.add(middleware: IdempotencyMiddleware(store: parts.idempotency, secret: Array(settings.cursorKey.reveal().utf8)))
    }
    routes(router)
    let fastRows = fastRoutes.map { tableRow($0.method, $0.pattern.split(separator: "/"), service: name) }
    let own = router.routes.map { tableRow($0.method.rawValue, $0.path.description.split(separator: "/"), service: name) } + fastRows
    let all = own + RouteTable.operations(of: name)
    OperationalRoutes(readiness: readiness, metrics: metrics, openAPI: OpenAPIDocument.written(for: name)).register(
        in: router)

    let counts = HTTPMetrics(factory: metrics)
    let kernel = HTTPKernel(
        service: name, routes: all, authenticator: authenticator, metrics: counts, readiness: readiness,
        settings: settings, logger: logger)
    let fast = FastIndex(fastRoutes, rows: fastRows, metrics: counts)
    let listening = Listening()
    var application = Application(
        responder: KernelResponder(kernel: kernel, router: router.buildResponder()),
        server: HTTPServerBuilder { FastChannel(responder: $0, kernel: kernel, fast: fast) },
        configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port), backlog: 1_024),
        onServerRunning: { channel in listening.opened(port: channel.localAddress?.port ?? settings.port) },
        logger: logger)
    if let parts { application.beforeServerStarts { try await parts.prepare() } }
    if let beforeStart { application.beforeServerStarts(perform: beforeStart) }
    let preparation = Preparation()
    application.beforeServerStarts { preparation.finish() }
    let watches: [any Service] = readiness.canDegrade ? [DegradationWatch(readiness: readiness)] : []
    let background = ((parts?.services ?? []) + watches + services).map { PreparedService(service: $0, preparation: preparation) }
    return MeshService(
        name: name, routes: own, readiness: readiness, denyList: authenticator.denyList, server: application,
        background: (database.map { [$0] } ?? []) + background, listening: listening, settings: settings, logger: logger)
}

/// The row of the route table that a registered route is.
private func tableRow(_ method: String, _ segments: [Substring], service: ServiceName) -> Route {
    let row = RouteTable.all.first { $0.method == method && isPattern($0, segments) }
    guard let row else { preconditionFailure("\(service.rawValue) serves \(method) \(segments), which is no row of RouteTable") }
    return row
}

/// Whether a path as Hummingbird writes it is a row's: what takes the rest of a path is `**` there.
private func isPattern(_ row: Route, _ segments: [Substring]) -> Bool {
    guard row.takesRest, segments.last == "**" else { return row.segments == segments }
    return row.segments.dropLast() == segments.dropLast()
}
