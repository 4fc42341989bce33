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
    /// Routes whose last parameter takes all that follows.
    private let open: [Entry]
    let routes: [Route]

    init(_ routes: [Route]) {
        self.routes = routes
        let made = routes.map { route in
            Entry(route: route, segments: route.segments.map { $0.hasPrefix("{") ? nil : Array($0.utf8) })
        }
        open = made.filter(\.route.takesRest)
        let closed = made.filter { !$0.route.takesRest }
        let longest = closed.map(\.segments.count).max() ?? 0
        entries = (0...longest).map { count in closed.filter { $0.segments.count == count } }
    }

    /// The route of a request target (query and trailing slash are ignored). HEAD goes where GET goes. Literal segments win, and a
    /// route of exactly so many segments wins over one that takes the rest.
    func match(method: String, target: String) -> Match {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        let parts = path.split(separator: UInt8(ascii: "/"))
        let closed = parts.count < entries.count ? entries[parts.count] : []
        let candidates = (closed + open.filter { $0.segments.count <= parts.count }).filter { entry in
            zip(entry.segments, parts).allSatisfy { literal, part in literal.map { part.elementsEqual($0) } ?? true }
        }
        let wanted = method == "HEAD" ? "GET" : method
        let best = candidates.filter { $0.route.method == wanted }.max { Self.rank($0) < Self.rank($1) }
        if let best { return .found(best.route) }
        let methods = Set(candidates.map(\.route.method))
        return methods.isEmpty ? .none : .otherMethods((methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted())
    }

    private static func rank(_ entry: Entry) -> (Int, Int) {
        (entry.route.takesRest ? 0 : 1, entry.segments.count { $0 != nil })
    }
}
