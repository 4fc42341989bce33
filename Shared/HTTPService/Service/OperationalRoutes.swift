import Contracts
import HTTPTypes
import Hummingbird
import Observability

/// What every service answers beside its own routes.
struct OperationalRoutes {
    let readiness: Readiness
    let metrics: PrometheusRegistry
    let openAPI: [UInt8]

    func register(in router: Router<ServiceContext>) {
        router.get("/healthz") { _, _ in Reply(["status": "alive"]) }
        router.get("/readyz", use: ready)
        router.get("/metrics", use: render)
        router.get("/openapi.json") { [openAPI] _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: openAPI)))
        }
    }

    @Sendable
    private func ready(_ request: Request, _ context: ServiceContext) async throws -> Reply<Ready> {
        let report = await readiness.report()
        guard report.isReady else {
            throw Problem(.notReady, "Missing: " + report.missing.joined(separator: ", "), retryAfter: 1)
        }
        return Reply(Ready(degraded: report.degraded.isEmpty ? nil : report.degraded))
    }

    private struct Ready: Encodable {
        var status = "ready"
        /// What is away and can be done without.
        let degraded: [String]?
    }

    @Sendable
    private func render(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let openMetrics = request.headers[.accept]?.contains("application/openmetrics-text") ?? false
        let text = metrics.render(openMetrics: openMetrics)
        return Response(
            status: .ok, headers: [.contentType: PrometheusRegistry.contentType(openMetrics: openMetrics)],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
