import Contracts
import HTTPService
import Hummingbird
import Logging
import Observability
import ServiceTestSupport
import TestSupport

/// The contract type of the service under test.
struct Echo: Codable, Sendable, Equatable {
    struct Part: Codable, Sendable, Equatable {
        var weight: Double
        var role: Role?
    }

    var name: String
    var count: Int?
    var parts: [Part]?
    var extra: JSONValue?
}

/// A service with a few rows of the registry and of the router, whose handlers echo.
func makeEchoService(
    settings: HTTPSettings = TestAuthority().settings(), metrics: PrometheusRegistry = PrometheusRegistry(),
    readiness: [ReadinessCheck] = []
) -> MeshService {
    makeService(
        name: .modelRegistry, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics,
        readiness: readiness
    ) { router in
        router.get("/v1/registry/capabilities/{capability}") { _, context in
            Reply(Echo(name: try context.parameter("capability"), extra: .string(try context.identity.subject)))
        }
        router.put("/v1/registry/capabilities/{capability}") { request, context in
            Reply(try await request.decode(as: Echo.self, context: context))
        }
        router.get("/v1/registry/capabilities") { request, context in
            let page = try request.page(context: context, limit: 3)
            let first = page.after.flatMap { Int($0[0]) } ?? 0
            return Reply(page.page(Array(first..<min(10, first + page.limit + 1))) { [String($0 + 1)] })
        }
        router.post("/v1/registry/models/{model}/versions") { _, _ in NoContent() }
        router.delete("/v1/registry/models/{model}/aliases/{alias}") { _, _ -> Response in throw Unexpected() }
        router.get("/v1/registry/models/{model}/aliases") { _, _ -> Response in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        router.get("/v2/models") { _, _ -> Response in throw Problem(.overloaded, "ninety rows wait", retryAfter: 2) }
        router.post("/ofrep/v1/evaluate/flags/{key}") { _, _ -> Response in throw Problem(.notFound, "no such flag") }
        router.post("/v1/identity/token") { _, _ -> Response in throw Problem(.unauthenticated, "unknown client") }
    }
}

/// An error that nobody expected, with a secret in it.
struct Unexpected: Error {
    let password = "hunter2"
}
