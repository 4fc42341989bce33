import Contracts
import Cryptography
import HTTPTypes
import Hummingbird
import Logging
import Observability
import ServiceLifecycle

/// Makes a service of the mesh out of its routes and its background services.
///
/// Each route has to be a row of ``RouteTable``, which says who may call it; anything else is a mistake of the programmer and traps.
/// `beforeStart` runs beside the background services and ends before the server listens: migrations belong there.
public func makeService(
    name: ServiceName,
    settings: HTTPSettings,
    logger: Logger,
    metrics: PrometheusRegistry,
    readiness checks: [ReadinessCheck] = [],
    services: [any Service] = [],
    beforeStart: (@Sendable () async throws -> Void)? = nil,
    routes: (Router<ServiceContext>) -> Void
) -> MeshService {
    let router = Router(context: ServiceContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: ProblemMiddleware())
    routes(router)
    let own = tableRows(of: router, service: name)
    let readiness = Readiness(checks: checks, logger: logger)
    let all = own + RouteTable.operations(of: name)
    OperationalRoutes(readiness: readiness, metrics: metrics, openAPI: OpenAPIDocument.generated(for: name, routes: all)).register(in: router)

    let verifier = TokenVerifier(keys: settings.keys, issuer: settings.issuer, audience: HTTPSettings.audience)
    let authenticator = Authenticator(verifier: verifier)
    let kernel = HTTPKernel(
        service: name, routes: all, authenticator: authenticator, metrics: HTTPMetrics(factory: metrics), readiness: readiness,
        settings: settings, logger: logger)
    let listening = Listening()
    var application = Application(
        responder: KernelResponder(kernel: kernel, router: router.buildResponder()),
        configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port), backlog: 1_024),
        onServerRunning: { channel in listening.opened(port: channel.localAddress?.port ?? settings.port) },
        logger: logger)
    if let beforeStart { application.beforeServerStarts(perform: beforeStart) }
    return MeshService(
        name: name, routes: own, readiness: readiness, denyList: authenticator.denyList, server: application, background: services,
        listening: listening, settings: settings, logger: logger)
}

/// The rows of the route table that the router serves.
private func tableRows(of router: Router<ServiceContext>, service: ServiceName) -> [Route] {
    router.routes.map { described in
        let segments = described.path.description.split(separator: "/")
        let row = RouteTable.all.first { $0.method == described.method.rawValue && $0.segments == segments }
        guard let row else { preconditionFailure("\(service.rawValue) serves \(described), which is no row of RouteTable") }
        return row
    }
}
