import Testing

@testable import Contracts
@testable import HTTPService

@Suite("The route of a path")
struct RouteIndexTests {
    private static let index = RouteIndex([
        row("GET", "/files"), row("GET", "/files/{path...}"), row("PUT", "/files/{path...}"), row("GET", "/files/{name}/size"),
    ])

    private static func row(_ method: String, _ pattern: String) -> Route {
        Route(method: method, pattern: pattern, service: .trainer, access: .open, services: [], errors: .problem, bodyLimit: 1)
    }

    @Test(
        "takes the rest where the pattern says so, and a route of as many segments first",
        arguments: [
            ("/files", "/files"), ("/files/a", "/files/{path...}"), ("/files/a/b/c.onnx?x=1", "/files/{path...}"),
            ("/files/a/size", "/files/{name}/size"), ("/files/a/b/size/", "/files/{path...}"),
        ])
    func rest(target: String, pattern: String) {
        guard case .found(let route) = Self.index.match(method: "GET", target: target) else {
            Issue.record("nothing matches \(target)")
            return
        }
        #expect(route.pattern == pattern)
    }

    @Test("names the methods of all that match")
    func methods() {
        guard case .otherMethods(let methods) = Self.index.match(method: "DELETE", target: "/files/a/b") else {
            Issue.record("DELETE is no method of it")
            return
        }
        #expect(methods == ["GET", "HEAD", "PUT"])
        guard case .none = Self.index.match(method: "GET", target: "/other/a") else {
            Issue.record("/other is no route")
            return
        }
    }
}
