import Contracts
import Foundation
import TestSupport

@testable import MeshCommand

/// A mesh of real processes: our supervisor, our gateway agent, two HAProxies, and a stub in the place of every service.
struct TestMesh {
    let layout: MeshLayout
    let settings: MeshSettings

    var client: ControlClient { ControlClient(layout: layout) }
    var http: HTTPProbe { HTTPProbe(port: settings.gateway.publicAddresses.traffic.split(separator: ":").last.flatMap { Int($0) } ?? 0) }

    /// Runs the body against a mesh that serves, and leaves no process behind. Services with a database are the real ones.
    static func run(databases: [ServiceName: String] = [:], _ body: (TestMesh) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let mesh = try prepare(folder, databases)
            defer { mesh.killAll() }
            _ = try SupervisorLaunch(layout: mesh.layout, settings: mesh.settings).start()
            try await mesh.waitUntilServing()
            try await body(mesh)
        }
    }

    private static func prepare(_ folder: URL, _ databases: [ServiceName: String]) throws -> TestMesh {
        let layout = MeshLayout(state: folder.path + "/.mesh")
        try layout.prepare()
        _ = try MeshSecrets(layout: layout).prepare()
        let binaries = folder.path + "/bin"
        try FileManager.default.createDirectory(atPath: binaries, withIntermediateDirectories: true)
        for service in ServiceName.serving {
            let program = databases[service] == nil ? Fixture.stub : Fixture.binaries + "/" + service.rawValue
            try FileManager.default.createSymbolicLink(atPath: binaries + "/" + service.rawValue, withDestinationPath: program)
        }
        try FileManager.default.createSymbolicLink(atPath: binaries + "/mesh", withDestinationPath: Fixture.binaries + "/mesh")
        var choice = PortChoice(seed: folder.path)
        let ports = (0..<4).compactMap { _ in choice.next() }.map { "127.0.0.1:\($0)" }
        let gateway = GatewaySettings(
            publicAddresses: .init(traffic: ports[0], metrics: ports[1]), internalAddresses: .init(traffic: ports[2], metrics: ports[3]),
            issuer: GatewaySettings.issuer, audience: GatewaySettings.audience, requestsPerMinute: 6_000_000)
        let settings = MeshSettings(
            gateway: gateway, binaries: binaries, gatewayConfig: TestSupport.Checkout.root.path + "/gateway-config",
            environment: ["PATH": "/usr/sbin:/usr/bin:/bin"])
        try PrivateFile.write(json: settings, to: layout.settings)
        let urls = Dictionary(uniqueKeysWithValues: databases.map { ($0.key.rawValue, $0.value) })
        try PrivateFile.write(json: urls, to: layout.secret(MeshSecrets.databases))
        return TestMesh(layout: layout, settings: settings)
    }

    func fleet() async throws -> Fleet {
        try await client.ask(ControlRequest(command: .status)).fleet ?? Fleet(desired: [:])
    }

    func waitUntilServing() async throws {
        try await eventually(within: .seconds(60)) {
            guard let fleet = try? await fleet() else { return "no supervisor: \(PrivateFile.text(layout.log("supervisor")) ?? "")" }
            let view = PrivateFile.json(GatewayView.self, at: layout.gatewayView)
            let missing = fleet.members.filter { member in
                member.phase != .ready || (member.port.map { view?.isRouted(member.name, port: $0) != true } ?? false)
            }
            return fleet.isSettled(fleet.programs) && missing.isEmpty ? nil : "missing \(missing.map { "\($0.name) \($0.phase)" })"
        }
    }

    func processes(_ service: ServiceName) async throws -> [String: ProcessIdentity] {
        let own = try await fleet().members.filter { $0.program == .service(service) }
        return Dictionary(own.compactMap { member in member.process.map { (member.name, $0) } }) { first, _ in first }
    }

    func process(_ name: String) async throws -> ProcessIdentity {
        guard let process = try await fleet().members.first(where: { $0.name == name })?.process else {
            throw TestSupportError("no \(name)")
        }
        return process
    }

    /// Does something behind the gateway agent's back.
    func whileTheAgentStands(_ agent: ProcessIdentity, _ body: () throws -> Void) rethrows {
        agent.signal(SIGSTOP)
        defer { agent.signal(SIGCONT) }
        try body()
    }

    /// The process that holds the supervisor's lock.
    var supervisor: ProcessIdentity? {
        PrivateFile.json(MeshRecord.self, at: layout.record).flatMap { ProcessIdentity.of(pid: $0.supervisor) }
    }

    /// Sends requests from several clients until the body returns. Returns how many were sent, and what was no success.
    func underLoad(_ body: () async throws -> Void) async throws -> (sent: Int, failures: [String]) {
        let isOver = Recorder(false)
        let results = Recorder((sent: 0, failures: [String]()))
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { await load(until: isOver, into: results) } }
            defer { isOver.change { $0 = true } }
            try await body()
        }
        return results.value
    }

    private func load(until isOver: Recorder<Bool>, into results: Recorder<(sent: Int, failures: [String])>) async {
        while !isOver.value {
            let outcome: String?
            do {
                let answer = try await http.send("GET", "/label/")
                outcome = answer.status == 200 ? nil : "\(answer.status) \(answer.text)"
            } catch {
                outcome = "\(error)"
            }
            results.change { results in
                results.sent += 1
                if let outcome { results.failures.append(outcome) }
            }
        }
    }

    private func killAll() {
        supervisor?.signal(SIGKILL)
        // The agent starts another supervisor when it sees none, so it goes before the rest.
        for _ in 0..<3 {
            let found = ProcessTable.supervised(state: layout.state)
            for entry in found.sorted(by: { $0.name == "gateway-agent" && $1.name != "gateway-agent" }) { entry.process.signal(SIGKILL) }
            PrivateFile.json(MeshRecord.self, at: layout.record).flatMap { ProcessIdentity.of(pid: $0.supervisor) }?.signal(SIGKILL)
            usleep(50_000)
        }
    }
}
