import Contracts

/// Finds the route of a request among those that a service registered.
struct RouteIndex: Sendable {
    enum Match: Sendable {
        case found(Route)
        /// The path is one of ours, the method is not; these are.
        case otherMethods([String])
        case none
    }

    private struct Entry: Sendable {
        let route: Route
        /// Segments as bytes; nil stands for a parameter.
        let segments: [[UInt8]?]
    }

    private let entries: [[Entry]]
    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        let made = routes.map { route in
            Entry(route: route, segments: route.segments.map { $0.hasPrefix("{") ? nil : Array($0.utf8) })
        }
        let longest = made.map(\.segments.count).max() ?? 0
        entries = (0...longest).map { count in made.filter { $0.segments.count == count } }
    }

    /// The route of a request target (query and trailing slash are ignored). HEAD goes where GET goes. Literal segments win.
    func match(method: String, target: String) -> Match {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        let parts = path.split(separator: UInt8(ascii: "/"))
        guard parts.count < entries.count else { return .none }
        let candidates = entries[parts.count].filter { entry in
            zip(entry.segments, parts).allSatisfy { literal, part in literal.map { part.elementsEqual($0) } ?? true }
        }
        let wanted = method == "HEAD" ? "GET" : method
        let best = candidates.filter { $0.route.method == wanted }.max { Self.literals($0) < Self.literals($1) }
        if let best { return .found(best.route) }
        let methods = Set(candidates.map(\.route.method))
        return methods.isEmpty ? .none : .otherMethods((methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted())
    }

    private static func literals(_ entry: Entry) -> Int {
        entry.segments.count { $0 != nil }
    }
}
