import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Which instance a model's requests reach")
struct GatewayBalanceTests {
    private static let models = (0..<100).map { "model-\($0)" }

    /// Stubs beside the one that every gateway of a test has, as HAProxy's servers.
    private static func withStubs<T>(
        _ numbers: ClosedRange<Int>, _ gateway: TestGateway, _ body: ([GatewayServer]) async throws -> T
    ) async throws -> T {
        var choice = PortChoice(seed: gateway.layout.state + "stubs", taken: gateway.settings.ports)
        let ports = numbers.compactMap { number in choice.next().map { (number, $0) } }
        let stubs = try ports.map { try TestGateway.startStub(gateway.layout, port: $1, instance: "stub-\($0)") }
        defer { for stub in stubs { TestGateway.end(stub) } }
        for (_, port) in ports {
            try await eventually { PlainHTTP.get(port: port, path: "/readyz")?.status == 200 ? nil : "no stub on \(port)" }
        }
        return try await body(ports.map { GatewayServer(service: .inference, name: "inference-\($0)", port: $1) })
    }

    /// Brings the running HAProxy to these servers as the agent does, and waits until they all serve.
    private static func arrange(_ gateway: TestGateway, _ listener: Listener, _ servers: [GatewayServer]) async throws {
        let socket = AdminSocket(path: gateway.layout.adminSocket(listener))
        let look = { (socket.ask("show stat -1 4 -1").map(GatewayServerState.parse(stat:)) ?? []).filter { $0.service == "inference" } }
        for command in GatewayPlan.commands(from: look(), to: servers) { _ = socket.ask(command) }
        try await eventually { look().count(where: \.isServing) == servers.count ? nil : "\(look())" }
    }

    /// The instance that answers for each model.
    private static func instances(_ gateway: TestGateway, _ token: String) async throws -> [String: String] {
        var found: [String: String] = [:]
        for model in models { found[model] = try await usual(gateway, "POST", "/v2/models/\(model)/infer", token) }
        return found
    }

    /// The instance that answers most of nine requests: one whose predecessor has not quite ended may go on to the next instance.
    private static func usual(_ gateway: TestGateway, _ method: String, _ path: String, _ token: String) async throws -> String {
        var answers: [String: Int] = [:]
        for _ in 0..<9 { answers[try await gateway.instance(method, path, token), default: 0] += 1 }
        return answers.max { $0.value < $1.value }?.key ?? ""
    }

    private static func own(_ gateway: TestGateway) -> GatewayServer {
        GatewayServer(service: .inference, name: "inference-1", port: gateway.stubPort)
    }

    @Test("a model stays with its instance; a further instance takes its share of them and no other moves; a reload moves none")
    func stays() async throws {
        try await TestGateway.run(.internal) { gateway in
            let token = try gateway.token(scope: "read infer operate")
            try await Self.withStubs(2...4, gateway) { more in
                let three = [Self.own(gateway)] + more.prefix(2)
                try await Self.arrange(gateway, .internal, three)
                let first = try await Self.instances(gateway, token)
                let again = try await Self.instances(gateway, token)
                #expect(first == again)
                let shares = Dictionary(grouping: first.values) { $0 }.mapValues(\.count)
                #expect(shares.count == 3 && shares.values.allSatisfy { $0 > 10 }, "\(shares)")

                try await Self.arrange(gateway, .internal, three + more.suffix(1))
                let four = try await Self.instances(gateway, token)
                let moved = Self.models.filter { first[$0] != four[$0] }
                #expect(moved.allSatisfy { four[$0] == "stub-4" })
                #expect((10...45).contains(moved.count), "\(moved.count) of \(Self.models.count) moved")

                try gateway.reload(.internal, three + more.suffix(1))
                try await Self.arrange(gateway, .internal, three + more.suffix(1))
                // A new process asks each instance once more whether it is ready: until it has, the others serve.
                try await eventually {
                    let after = try await Self.instances(gateway, token)
                    let moved = Self.models.filter { after[$0] != four[$0] }
                    return moved.isEmpty ? nil : "\(moved) moved"
                }
            }
        }
    }

    @Test("a server that is added at run time keeps its idle connections, as one of the file does")
    func pools() async throws {
        try await TestGateway.run(.internal) { gateway in
            try await Self.withStubs(2...2, gateway) { more in
                try await Self.arrange(gateway, .internal, [Self.own(gateway)] + more)
                let told = AdminSocket(path: gateway.layout.adminSocket(.internal)).ask("show servers conn inference") ?? ""
                // Name, id, address, port, a dash, delay in milliseconds; then, six on, the most idle connections.
                let servers = told.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 11 && !$0[0].hasPrefix("#") }
                #expect(servers.map { [$0[5], $0[11]] } == [["5000", "-1"], ["5000", "-1"]], "\(told)")
            }
        }
    }

    @Test("every route of a model reaches the same instance")
    func routes() async throws {
        try await TestGateway.run(.internal) { gateway in
            let token = try gateway.token(scope: "read infer operate")
            try await Self.withStubs(2...3, gateway) { more in
                try await Self.arrange(gateway, .internal, [Self.own(gateway)] + more)
                for model in Self.models.prefix(20) {
                    var seen: Set<String> = []
                    for (method, path) in [
                        ("POST", "/v2/models/\(model)/infer"), ("POST", "/v2/models/\(model)/versions/3/infer"),
                        ("GET", "/v2/models/\(model)"), ("GET", "/v2/models/\(model)/versions/champion/ready"),
                        ("POST", "/v2/models/\(model)/explain"), ("POST", "/v2/repository/models/\(model)/load"),
                        ("POST", "/v2/repository/own/models/\(model)/unload"),
                    ] { seen.insert(try await Self.usual(gateway, method, path, token)) }
                    #expect(seen.count == 1, "\(model): \(seen)")
                }
            }
        }
    }

    @Test(
        "a few predictions of a model at once stay together, however little else is under way; more of them are spread over all instances")
    func bounded() async throws {
        try await TestGateway.run(.internal) { gateway in
            let token = try gateway.token()
            try await Self.withStubs(2...3, gateway) { more in
                try await Self.arrange(gateway, .internal, [Self.own(gateway)] + more)
                for model in Self.models.prefix(3) {
                    let few = try await Self.atOnce(GatewayConfiguration.predictionsAtHome, model, gateway, token)
                    #expect(few.count == 1, "\(model): \(few)")
                }
                let many = try await Self.atOnce(24, Self.models[0], gateway, token)
                #expect(many.count == 3)
                #expect((many.values.max() ?? 24) <= 14, "\(many)")
                // What was spread is forgotten as soon as it is answered.
                #expect(try await Self.atOnce(GatewayConfiguration.predictionsAtHome, Self.models[0], gateway, token).count == 1)
            }
        }
    }

    /// How many of some predictions of one model each instance answers, when all are asked for at once and take a second.
    private static func atOnce(_ count: Int, _ model: String, _ gateway: TestGateway, _ token: String) async throws -> [String: Int] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count { group.addTask { try await gateway.instance("POST", "/v2/models/\(model)/versions/slow/infer", token) } }
            return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
    }
}

extension TestGateway {
    /// The stub that answers a request.
    func instance(_ method: String, _ path: String, _ token: String) async throws -> String {
        let answer = try await http.send(method, path, token: token, json: "{}")
        return answer.json["instance"]?.stringValue ?? "status \(answer.status)"
    }

    /// Writes the files for these servers of inference and lets HAProxy read them again.
    func reload(_ listener: Listener, _ servers: [GatewayServer]) throws {
        let others = ServiceName.serving.filter { $0 != .dataset && $0 != .inference }
        try GatewayFolder(layout: layout, settings: mesh, listener: listener).refresh(
            servers: servers + others.map { GatewayServer(service: $0, name: $0.rawValue + "-1", port: stubPort) })
        _ = AdminSocket(path: layout.masterSocket(listener)).ask("reload")
    }
}
