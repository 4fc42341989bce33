import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("Routes of the gateway")
struct GatewayRoutesTests {
    /// The first line of a map whose regular expression matches, as HAProxy finds it.
    private func look(_ text: String, _ map: String) -> String? {
        for line in map.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            if text.range(of: parts[0], options: .regularExpression) != nil { return parts[1] }
        }
        return nil
    }

    private func example(_ route: Route) -> String {
        let path = route.segments.map { $0.hasPrefix("{") ? "some-name" : "/\($0)" }
        return path.map { $0.hasPrefix("/") ? $0 : "/" + $0 }.joined()
    }

    @Test("every route of the table is found, with its service, need, style and limit", arguments: RouteTable.all)
    func covers(route: Route) throws {
        let map = GatewayRoutes(.public).routesMap
        let expected = try #require(RouteTable.route(method: route.method, path: example(route)))

        let value = try #require(look("\(route.method):\(example(route))", map)).split(separator: "|").map(String.init)

        #expect(value[0] == expected.service.rawValue)
        #expect(value[2] == expected.errors.rawValue)
        #expect(value[3] == String(expected.bodyLimit))
        switch expected.access {
        case .open: #expect(value[1] == "open")
        case .authenticated: #expect(value[1] == "any")
        case .scope(let scope): #expect(value[1] == scope.rawValue)
        case .servicesOnly: #expect(Scope(rawValue: value[1]) == nil && value[1] != "any" && value[1] != "open")
        }
    }

    @Test(
        "what is no route of the table is found in no map",
        arguments: [
            "/", "/v1", "/v1/identity", "/v2/models/a/b/infer", "/v2/models//infer", "/v1/identity/keys/a/b", "/x/v2",
            "/well-known/jwks.json",
        ])
    func unknown(path: String) {
        for listener in Listener.allCases {
            #expect(look(path, GatewayRoutes(listener).methodsMap) == nil)
            #expect(look("GET:\(path)", GatewayRoutes(listener).routesMap) == nil)
        }
    }

    @Test("a prediction goes to the router from outside and to inference from inside")
    func predictions() {
        for path in ["/v2/models/digits/infer", "/v2/models/digits/versions/3/infer"] {
            #expect(look("POST:\(path)", GatewayRoutes(.public).routesMap)?.hasPrefix("experiment-router|infer|inference|") == true)
            #expect(look("POST:\(path)", GatewayRoutes(.internal).routesMap)?.hasPrefix("inference|infer|inference|") == true)
        }
    }

    @Test("the methods of a path are listed for those who used another")
    func methods() {
        #expect(look("/v1/identity/keys", GatewayRoutes(.public).methodsMap) == "GET, HEAD, POST")
        #expect(look("/v1/identity/keys/abc/", GatewayRoutes(.public).methodsMap) == "DELETE")
    }
}
