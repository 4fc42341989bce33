import Contracts
import Cryptography
import HTTPService
import Hummingbird
import Logging
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Who may call")
struct AuthorisationTests {
    let authority = TestAuthority()
    let path = "/v1/registry/capabilities/digits"

    @Test("no token, or one that is none of ours, is 401", arguments: [nil, "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer a b"])
    func unauthenticated(header: String?) async throws {
        try await withRunning(makeEchoService()) { [path] probe async throws in
            let answer = try await probe.send("GET", path, headers: header.map { ["Authorization": $0] } ?? [:])

            #expect(answer.status == 401)
            #expect(answer.json["code"] == "request.unauthenticated")
            #expect(answer[header: "www-authenticate"]?.hasPrefix("Bearer") == true)
        }
    }

    @Test("two Authorization headers are refused")
    func twice() async throws {
        let token = authority.key(roles: [.engineer])
        try await withRunning(makeEchoService()) { [path] probe async throws in
            let answer = try await probe.raw(
                "GET \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nAuthorization: x\r\n\r\n")
            #expect(answer.status == 400)
        }
    }

    @Test("a role without the scope is 403, and hears which scope it takes", arguments: Role.allCases)
    func scopes(role: Role) async throws {
        let token = authority.key(roles: [role])
        try await withRunning(makeEchoService()) { [path] probe async throws in
            let read = try await probe.send("GET", path, token: token)
            let write = try await probe.send("PUT", path, token: token, json: #"{"name":"a"}"#)

            #expect(read.status == (role.scopes.contains(.read) ? 200 : 403))
            #expect(write.status == (role.scopes.contains(.build) ? 200 : 403))
            if write.status == 403 { #expect(write.json["detail"]?.stringValue?.contains("'build'") == true) }
        }
    }

    @Test("services are let in by name, whatever their scopes", arguments: ServiceName.allCases)
    func services(name: ServiceName) async throws {
        let token = authority.service(name)
        try await withRunning(makeEchoService()) { [path] probe async throws in
            let read = try await probe.send("GET", path, token: token)
            let register = try await probe.send("POST", "/v1/registry/models/digits/versions", token: token)

            #expect(read.status == (name == .trainer ? 200 : 403))
            #expect(register.status == (name == .trainer ? 204 : 403))
        }
    }

    @Test("the program of a run is kept to MLflow's API, although its token has the scopes")
    func programs() async throws {
        let token = authority.token(subject: "attempt:r-1.1", scopes: [.read, .build])
        try await withRunning(makeEchoService()) { [path] probe async throws in
            #expect(try await probe.send("GET", path, token: token).status == 403)
            #expect(try await probe.send("PUT", path, token: token, json: #"{"name":"a"}"#).status == 403)
            #expect(try await probe.send("GET", path, token: authority.key(roles: [.engineer])).status == 200)
        }
    }

    @Test("the program of a run logs to the tracking server, and has nothing to do with what the registry has of MLflow's API")
    func programsRoutes() async throws {
        let token = authority.token(subject: "attempt:r-1.1", scopes: [.read, .build])
        for name in [ServiceName.trainer, .modelRegistry] {
            let routes = RouteTable.routes(of: name).filter { $0.access != .open && !$0.takesRest && $0.method == "POST" }
            let service = makeService(
                name: name, settings: authority.settings(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                metrics: PrometheusRegistry()
            ) { router in
                for route in routes { router.post(RouterPath(route.pattern)) { _, _ in NoContent() } }
            }
            try await withRunning(service) { probe async throws in
                var answers: [Route: Int] = [:]
                for route in routes {
                    let path = route.pattern.replacing("{api}", with: "api").replacing(/\{[^}]*\}/, with: "x")
                    answers[route] = try await probe.send("POST", path, token: token, body: []).status
                }
                #expect(answers.keys.contains { $0.pattern.hasPrefix("/mlflow/") })
                for (route, status) in answers {
                    let isTracking = name == .trainer && route.pattern.hasPrefix("/mlflow/")
                    #expect(status == (isTracking ? 204 : 403), "\(route.method) \(route.pattern)")
                }
            }
        }
    }

    @Test("a person cannot pass as a service")
    func disguise() async throws {
        let token = authority.token(subject: "person:trainer", scopes: Set(Scope.allCases))
        try await withRunning(makeEchoService()) { probe async throws in
            #expect(try await probe.send("POST", "/v1/registry/models/digits/versions", token: token).status == 403)
        }
    }

    @Test("a revoked key stops at once, though its signature is remembered")
    func revokedKey() async throws {
        let service = makeEchoService()
        let token = authority.key("7", roles: [.viewer])
        let other = authority.key("8", roles: [.viewer])
        try await withRunning(service) { [path] probe async throws in
            #expect(try await probe.send("GET", path, token: token).status == 200)

            service.denyList.revoke(key: "7")

            #expect(try await probe.send("GET", path, token: token).status == 401)
            #expect(try await probe.send("GET", path, token: other).status == 200)
        }
    }

    @Test("a changed role kills older tokens and lets newer ones in")
    func generation() async throws {
        let service = makeEchoService()
        let old = authority.token(subject: "person:7", scopes: [.read], generation: 1)
        let new = authority.token(subject: "person:7", scopes: [.read], generation: 2)
        try await withRunning(service) { [path] probe async throws in
            #expect(try await probe.send("GET", path, token: old).status == 200)

            service.denyList.require(generation: 2, of: "person:7")
            service.denyList.require(generation: 1, of: "person:7")

            #expect(try await probe.send("GET", path, token: old).status == 401)
            #expect(try await probe.send("GET", path, token: new).status == 200)
        }
    }

    @Test("what is done for a revoked person stops too")
    func actor() async throws {
        let service = makeEchoService()
        let token = authority.token(subject: "service:trainer", scopes: [.service], actor: "person:9")
        try await withRunning(service) { [path] probe async throws in
            #expect(try await probe.send("GET", path, token: token).status == 200)

            service.denyList.revoke(subject: "person:9")

            #expect(try await probe.send("GET", path, token: token).status == 401)
        }
    }

    @Test("an expired token is refused")
    func expired() async throws {
        let token = authority.token(subject: "person:7", scopes: [.read], lifetime: -1)
        try await withRunning(makeEchoService()) { [path] probe async throws in
            #expect(try await probe.send("GET", path, token: token).status == 401)
        }
    }
}
