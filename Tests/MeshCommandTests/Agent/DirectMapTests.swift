import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import MeshCommand

@Suite("The map of direct ways")
struct DirectMapTests {
    static func applied(_ name: String) -> EventEnvelope {
        event(EventType.capabilityApplied, ["name": .string(name)])
    }

    static func experiment(_ id: String, _ capability: String, _ state: String) -> EventEnvelope {
        event(EventType.experimentChanged, ["id": .string(id), "capability": .string(capability), "state": .string(state)])
    }

    private static func event(_ type: String, _ data: JSONValue) -> EventEnvelope {
        EventEnvelope(source: "/test", type: type, data: data)
    }

    @Test("a capability goes straight until an experiment runs, and again when it has ended")
    func experiments() {
        var map = DirectMap()
        map.apply(Self.applied("digits"))
        map.apply(Self.applied("letters"))
        #expect(map.models == ["digits", "letters"])
        map.apply(Self.experiment("1", "digits", "running"))
        #expect(map.file == "letters 1\n")
        map.apply(Self.experiment("1", "digits", "promoted"))
        #expect(map.models == ["digits", "letters"])
    }

    @Test("events may come twice and in any order")
    func order() {
        let events = [
            Self.applied("digits"), Self.applied("letters"), Self.experiment("1", "digits", "running"),
            Self.experiment("1", "digits", "rolledBack"), Self.experiment("2", "digits", "running"),
            Self.experiment("3", "letters", "running"), Self.experiment("3", "letters", "promoted"),
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var map = DirectMap()
            for event in (events + events).shuffled(using: &random) { map.apply(event) }
            #expect(map.models == ["letters"])
        }
    }

    @Test("what is no name is passed over: it could be a command")
    func names() {
        var map = DirectMap()
        for name in ["a\nset map keys.map", "", "a b", "../x"] { map.apply(Self.applied(name)) }
        #expect(map.models.isEmpty)
    }

    @Test("HAProxy is told what it lacks, departures first")
    func commands() {
        let known = DirectMap.shown("0x55d8 digits 1\n0x55d9 old 1\n\n")
        #expect(
            DirectMap.commands(from: known, to: ["digits", "new"], map: "direct.map")
                == ["del map direct.map old", "add map direct.map new 1"])
        #expect(DirectMap.commands(from: known, to: known, map: "direct.map").isEmpty)
    }

    @Test("a running HAProxy follows the map, and one that reads its files again knows it")
    func gateway() async throws {
        try await TestGateway.run { gateway in
            let token = try gateway.token()
            let experiments = gateway.experiments
            var map = DirectMap()
            map.apply(Self.applied("digits"))
            let before = try await gateway.backend("/v2/models/digits/infer", token)
            await experiments.arrange(map)
            let direct = try await gateway.backend("/v2/models/digits/infer", token)
            let socket = AdminSocket(path: gateway.layout.adminSocket(.public))
            let worker = socket.worker()
            try gateway.reload(.public, [GatewayServer(service: .inference, name: "inference-1", port: gateway.stubPort)])
            try await eventually {
                let now = socket.worker()
                guard now != nil, now != worker else { return "the same worker" }
                return socket.ask("show map direct.map").map(DirectMap.shown) == ["digits"] ? nil : "the new one does not know it"
            }
            let other = try await gateway.backend("/v2/models/letters/infer", token)
            let versioned = try await gateway.backend("/v2/models/letters/versions/3/infer", token)
            map.apply(Self.experiment("1", "digits", "running"))
            await experiments.arrange(map)
            let routed = try await gateway.backend("/v2/models/digits/infer", token)

            #expect(
                [before, direct, other, versioned, routed] == [
                    "experiment-router", "inference", "experiment-router", "inference", "experiment-router",
                ])
            #expect(PrivateFile.text(gateway.folder.directMap) == "")
        }
    }

    @Test("an experiment that starts takes effect within a second of its event, and a HAProxy started anew knows it")
    func events() async throws {
        try await withDatabaseURL { url in
            let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
            let database = Database(url: url, maximumConnections: 4, logger: quiet)
            defer { database.close() }
            let append = { @Sendable (event: EventEnvelope) async throws in
                try await database.transaction { try await EventLog().append(event, on: $0) }
            }
            try await TestGateway.run { gateway in
                let socket = AdminSocket(path: gateway.layout.adminSocket(.public))
                let shown = { socket.ask("show map direct.map").map(DirectMap.shown) ?? [] }
                try await append(Self.applied("digits"))
                let experiments = gateway.experiments
                let following = Task { try await experiments.follow(database) }
                defer { following.cancel() }
                try await eventually { shown() == ["digits"] ? nil : "\(shown())" }

                let start = ContinuousClock.now
                try await append(Self.experiment("1", "digits", "running"))
                try await eventually { shown().isEmpty ? nil : "\(shown())" }
                #expect(start.duration(to: .now) < .seconds(1))

                try await append(Self.experiment("1", "digits", "promoted"))
                try await eventually { shown() == ["digits"] ? nil : "\(shown())" }
                _ = socket.ask("clear map direct.map")
                try await eventually { shown() == ["digits"] ? nil : "\(shown())" }
                following.cancel()
                _ = try? await following.value
            }
        }
    }
}

extension TestGateway {
    var mesh: MeshSettings {
        MeshSettings(gateway: settings, binaries: "", gatewayConfig: TestSupport.Checkout.root.path + "/gateway-config", environment: [:])
    }

    var folder: GatewayFolder { GatewayFolder(layout: layout, settings: mesh, listener: .public) }

    var experiments: GatewayExperiments {
        GatewayExperiments(layout: layout, settings: mesh, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The backend that a prediction goes to, as HAProxy's log names it.
    func backend(_ path: String, _ token: String) async throws -> String {
        let answer = try await http.send("POST", path, token: token, json: "{}")
        let id = answer[header: "x-request-id"] ?? "-"
        var found = ""
        try await eventually {
            let lines = (PrivateFile.text(layout.log("gateway")) ?? "").split(separator: "\n").filter { $0.contains(id) }
            let line = lines.first.flatMap { try? WireJSON.decode(JSONValue.self, from: Data($0.utf8)) }
            found = line?["backend"]?.stringValue ?? ""
            return found.isEmpty ? "no line of request \(id)" : nil
        }
        return found
    }
}
