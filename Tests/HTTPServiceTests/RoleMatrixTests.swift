import Contracts
import HTTPService
import Hummingbird
import Logging
import Observability
import ServiceTestSupport
import Testing

@Suite("The role test that every service runs")
struct RoleMatrixTests {
    /// Identity with the given routes only.
    private func service(_ routes: (Router<ServiceContext>) -> Void) -> MeshService {
        makeService(
            name: .identity, settings: TestAuthority().settings(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: PrometheusRegistry(), routes: routes)
    }

    @Test("a row of the table that is not served is a fault, a served one is not")
    func missing() async throws {
        let service = service { $0.get("/v1/identity/teams") { _, _ in NoContent() } }

        let faults = try await RoleMatrix.faults(of: service)

        let others = RouteTable.routes(of: .identity).filter { $0.pattern != "/v1/identity/teams" || $0.method != "GET" }
        #expect(faults == others.map { "\($0.method) \($0.pattern) is a row of the table and not served" })
    }

    @Test("a handler that refuses whom the table lets in is a fault for each of those, and a rule about a thing is none")
    func refusingHandler() async throws {
        let service = service { router in
            router.get("/v1/identity/teams") { _, _ -> Response in throw Problem(.unauthenticated, "not you") }
            router.get("/v1/identity/people") { _, _ -> Response in throw Problem(.forbidden, "This belongs to another team") }
        }

        let faults = try await RoleMatrix.faults(of: service).filter { $0.contains("asked by") }

        #expect(faults.count == Role.allCases.count { $0.scopes.contains(.read) })
        #expect(faults.allSatisfy { $0.hasPrefix("GET /v1/identity/teams, asked by the role") && $0.contains("answers 401") })
    }

    @Test("a handler that fails is a fault")
    func failingHandler() async throws {
        let service = service { $0.get("/v1/identity/audit") { _, _ -> Response in throw Unexpected() } }

        let faults = try await RoleMatrix.faults(of: service).filter { $0.contains("asked by") }

        #expect(faults.map { String($0.prefix(68)) } == ["GET /v1/identity/audit, asked by the role administrator, answers 500"])
    }
}
