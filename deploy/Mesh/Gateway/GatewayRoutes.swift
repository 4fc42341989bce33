import Contracts
import Foundation

/// The route table as HAProxy's maps.
struct GatewayRoutes {
    let listener: Listener
    let routes: [Route]

    init(_ listener: Listener, routes: [Route] = RouteTable.all) {
        self.listener = listener
        self.routes = routes
    }

    /// `GET:/path` as a regular expression -> `service|need|style|limit`. The first line that matches counts.
    var routesMap: String {
        let (hot, others) = (routes.filter(Self.isHot), routes.filter { !Self.isHot($0) })
        return lines((hot + others).map { ("^\($0.method):\(Self.expression($0))$", value($0)) })
    }

    /// Path as a regular expression -> its methods, for 405.
    var methodsMap: String {
        var methods: [String: [String]] = [:]
        var order: [String] = []
        for route in routes {
            let expression = "^\(Self.expression(route))$"
            if methods[expression] == nil { order.append(expression) }
            methods[expression, default: []] += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
        }
        return lines(order.map { ($0, methods[$0, default: []].joined(separator: ", ")) })
    }

    /// Beginning of a path -> how errors look there when there is no route.
    var stylesMap: String {
        var styles: [String: String] = [:]
        for route in routes where route.errors == .inference || route.errors == .ofrep || route.errors == .mlflow {
            guard let first = route.segments.first, !first.isEmpty, hasOneStyle(first) else { continue }
            styles["/" + first] = route.errors.rawValue
        }
        return lines(styles.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// Whether all routes below a first segment write errors alike; where they do not, what is no route is nobody's in particular.
    private func hasOneStyle(_ first: Substring) -> Bool {
        Set(routes.filter { $0.segments.first == first }.map(\.errors)).count == 1
    }

    /// The route's path as a regular expression without anchors; a last slash makes no difference.
    static func expression(_ route: Route) -> String {
        let segments = route.segments.map { segment in
            guard segment.hasPrefix("{") else { return NSRegularExpression.escapedPattern(for: String(segment)) }
            return segment.hasSuffix("...}") ? ".+" : "[^/]+"
        }
        return segments.map { "/" + $0 }.joined() + "/?"
    }

    /// Predictions come far more often than anything else, so they are looked for first. No earlier row matches what these match.
    private static func isHot(_ route: Route) -> Bool { route.pattern.hasSuffix("/infer") }

    private func value(_ route: Route) -> String {
        [backend(route).rawValue, need(route), route.errors.rawValue, String(route.bodyLimit)].joined(separator: "|")
    }

    /// The experiment-router stands before inference for callers, and calls it through the internal listener.
    private func backend(_ route: Route) -> ServiceName {
        listener == .internal && route.pattern.hasPrefix("/v2/") ? .inference : route.service
    }

    private func need(_ route: Route) -> String {
        switch route.access {
        case .open: "open"
        case .authenticated: "any"
        case .scope(let scope): scope.rawValue
        // No scope of this name exists, so the public listener lets nobody through.
        case .servicesOnly: "services"
        }
    }

    private func lines(_ entries: [(String, String)]) -> String {
        entries.map { "\($0) \($1)\n" }.joined()
    }
}
