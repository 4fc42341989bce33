/// The routes of the whole mesh: the truth for services, gateway, OpenAPI and role tests.
///
/// WHEN CHANGING THIS TABLE: the service registers the route, its OpenAPI file describes it, its role test covers it,
/// `gateway-config/maps` is rendered anew, and the golden files of ArchitectureTests follow.
public enum RouteTable {
    /// Every route. An earlier row wins where two match.
    public static let all: [Route] =
        identity + registry + catalogue + registeredModels + trainer + tracking + artifacts + variants + dataset + labeling + inference
        + router
        + monitor

    /// The route of a request; nil when there is none.
    public static func route(method: String, path: some StringProtocol) -> Route? {
        all.first { $0.method == method && $0.matches(path: path) }
    }

    /// The routes that a service registers. Inference also serves what the router passes on.
    public static func routes(of service: ServiceName) -> [Route] {
        all.filter { $0.service == service }
    }

    static let mebibyte = 1 << 20

    static func row(
        _ method: String, _ pattern: String, _ service: ServiceName, _ access: Route.Access, from services: Set<ServiceName> = [],
        errors: Route.ErrorStyle = .problem, limit: Int = mebibyte
    ) -> Route {
        Route(
            method: method, pattern: pattern, service: service, access: access, services: services, errors: errors, bodyLimit: limit)
    }
}
