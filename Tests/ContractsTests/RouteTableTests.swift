import Contracts
import Testing

@Suite("The route table")
struct RouteTableTests {
    /// A row as the golden file has it.
    private func line(_ route: Route) -> String {
        let access =
            switch route.access {
            case .open: "open"
            case .authenticated: "authenticated"
            case .scope(let scope): scope.rawValue
            case .servicesOnly: "services"
            }
        let services = route.services.map(\.rawValue).sorted().joined(separator: ",")
        return [
            route.method, route.pattern, route.service.rawValue, access, services.isEmpty ? "-" : services, route.errors.rawValue,
            String(route.bodyLimit),
        ].joined(separator: " ")
    }

    @Test("is the golden file: who serves what, to whom, how errors look, how large bodies may be")
    func golden() throws {
        #expect(RouteTable.all.map(line).sorted() == (try Vectors.lines("routes.txt")))
    }

    @Test("names each method and path once, also when parameters have other names")
    func unique() {
        let shapes = RouteTable.all.map { route in
            route.method + " " + route.segments.map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/")
        }

        #expect(Set(shapes).count == shapes.count)
    }

    @Test("no row hides behind an earlier one", arguments: RouteTable.all)
    func reachable(route: Route) {
        let path = "/" + route.segments.map { $0.hasPrefix("{") ? "some-name" : String($0) }.joined(separator: "/")

        #expect(RouteTable.route(method: route.method, path: path) == route)
    }

    @Test("only services that call somebody are let in as services, and only by routes that need a token")
    func services() {
        for route in RouteTable.all where !route.services.isEmpty { #expect(route.access != .open) }
        for route in RouteTable.all where route.access == .servicesOnly { #expect(!route.services.isEmpty) }
    }
}
