import Contracts
import HTTPService
import Hummingbird

/// What clients of the protocol know and this server does not do: shared memory, and repositories with names.
struct DeclinedRoutes: Sendable {
    private static let memory = Problem(
        .unsupported, "This server shares no memory with its clients: send tensors in the body, as JSON or binary.")
    private static let repository = Problem(
        .unsupported, "This server has one repository, without a name: use /v2/repository/index and /v2/repository/models.")

    func add(to router: Router<ServiceContext>) {
        for kind in ["systemsharedmemory", "cudasharedmemory"] {
            router.get("/v2/\(kind)/status", use: Self.refusing(Self.memory))
            router.get("/v2/\(kind)/region/{region}/status", use: Self.refusing(Self.memory))
            router.post("/v2/\(kind)/region/{region}/register", use: Self.refusing(Self.memory))
            router.post("/v2/\(kind)/region/{region}/unregister", use: Self.refusing(Self.memory))
            router.post("/v2/\(kind)/unregister", use: Self.refusing(Self.memory))
        }
        router.post("/v2/repository/{repository}/index", use: Self.refusing(Self.repository))
        router.post("/v2/repository/{repository}/models/{model}/load", use: Self.refusing(Self.repository))
        router.post("/v2/repository/{repository}/models/{model}/unload", use: Self.refusing(Self.repository))
    }

    private static func refusing(_ problem: Problem) -> @Sendable (Request, ServiceContext) async throws -> NoContent {
        { _, _ in throw problem }
    }
}
