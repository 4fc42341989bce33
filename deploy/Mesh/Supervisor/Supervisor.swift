import Contracts
import Foundation
import Logging

/// Keeps the processes of a mesh running. What to do is decided by ``Fleet``; this does it.
actor Supervisor {
    /// How often processes are looked at: a crash is seen within this time.
    static let pace = Duration.milliseconds(100)
    /// How often a ready instance is asked again.
    static let readinessAge: TimeInterval = 1
    /// How often the lengths of logs are looked at.
    static let rotationPause: TimeInterval = 30

    let layout: MeshLayout
    let settings: MeshSettings
    let environment: ServiceEnvironment
    let logger: Logger
    var fleet: Fleet
    /// Last answers of `/readyz` by member, with the process that gave them.
    var readiness: [String: (process: ProcessIdentity, isReady: Bool, at: Date)] = [:]
    var asking: Set<String> = []
    /// How children of this supervisor ended.
    var endings: [Int32: String] = [:]
    /// What happened, for those who wait for the end of a command.
    var listeners: [Int: @Sendable (String) -> Void] = [:]
    var nextListener = 0
    /// The ports that instances had last, so that they keep them.
    var ports: [String: Int]
    private var nextRotation = Date.distantPast
    private var written: (fleet: Fleet, readiness: [String: Bool])?

    init(layout: MeshLayout, settings: MeshSettings, databases: [String: String], fleet: Fleet, logger: Logger) {
        self.layout = layout
        self.settings = settings
        self.fleet = fleet
        self.logger = logger
        environment = ServiceEnvironment(
            layout: layout, settings: settings, databases: databases, cursorKey: MeshSecrets(layout: layout).read(MeshSecrets.cursorKey))
        ports = PrivateFile.json([String: Int].self, at: layout.run + "/ports.json") ?? [:]
    }

    /// Runs until everything was told to stop and has stopped. Processes outlive a supervisor that is killed.
    func run() async throws {
        while true {
            step(at: .now)
            // Who asked for the end is answered first.
            if fleet.isLeaving, fleet.members.isEmpty, listeners.isEmpty { return }
            try await Task.sleep(for: Self.pace)
        }
    }

    private func step(at now: Date) {
        reap()
        let view = PrivateFile.json(GatewayView.self, at: layout.gatewayView)
        var sightings: [String: Sighting] = [:]
        for member in fleet.members { sightings[member.name] = sighting(of: member, view: view, now) }
        perform(fleet.advance(sightings, at: now), now)
        for member in fleet.members { askReadiness(of: member, now) }
        record()
        if now > nextRotation {
            nextRotation = now + Self.rotationPause
            LogRotation.rotate(folder: layout.logs)
        }
    }

    /// Does what the plan says, and writes the plan down before and after it starts a process.
    func perform(_ actions: [FleetAction], _ now: Date) {
        for action in actions {
            switch action {
            case .start(let name): start(name, now)
            case .terminate(let process, let program): process.signal(program.stopSignal)
            case .reload(let process): process.signal(SIGUSR2)
            case .kill(let process): process.signal(SIGKILL)
            case .tell(let text): tell(text)
            }
        }
    }

    func tell(_ text: String) {
        logger.info("\(text)")
        for listener in listeners.values { listener(text) }
    }

    private func start(_ name: String, _ now: Date) {
        guard let member = fleet.members.first(where: { $0.name == name }) else { return }
        do {
            let port = member.program.service == nil ? nil : try port(for: member)
            let process = try launch(member.program, name: name, port: port).start()
            endings[process.pid] = nil
            readiness[name] = nil
            fleet.started(name, process, port: port, at: now)
            logger.info("process started", metadata: ["instance": "\(name)", "pid": "\(process.pid)", "port": "\(port ?? 0)"])
        } catch {
            fleet.failedToStart(name, "\(error)", at: now)
            tell("\(name) cannot be started: \(error)")
        }
        record()
    }

    /// The member's last port while it is free, else another.
    private func port(for member: Member) throws -> Int {
        let others = fleet.members.filter { $0.name != member.name }.compactMap(\.port)
        let taken = Set(others).union(ports.filter { $0.key != member.name }.values).union(settings.gateway.ports)
        var choice = PortChoice(seed: layout.state, taken: taken)
        guard let port = choice.next(preferring: ports[member.name]) else { throw CommandFault("no port is free") }
        if ports[member.name] != port {
            ports[member.name] = port
            try PrivateFile.write(json: ports, to: layout.run + "/ports.json")
        }
        return port
    }

    private func launch(_ program: Program, name: String, port: Int?) throws -> ProcessLaunch {
        let variables = environment.variables(program, name: name, port: port)
        switch program {
        case .service(let service):
            try PrivateFile.makeFolder(layout.spool + "/" + service.rawValue, mode: 0o700)
            return ProcessLaunch(
                executable: settings.binaries + "/" + service.rawValue, arguments: [], environment: variables, log: layout.log(name))
        case .agent:
            return ProcessLaunch(
                executable: settings.binaries + "/mesh", arguments: ["gateway-agent", "--state", layout.state], environment: variables,
                log: layout.log(name))
        case .gateway(let listener):
            let servers = fleet.members.compactMap(\.gatewayServer)
            // `mesh up` may have changed what the gateway does since this supervisor began.
            let present = PrivateFile.json(MeshSettings.self, at: layout.settings) ?? settings
            try GatewayFolder(layout: layout, settings: present, listener: listener).refresh(servers: servers)
            let arguments = GatewayFolder.arguments(layout: layout, listener: listener)
            return ProcessLaunch(
                executable: try GatewayFolder.haproxy(), arguments: arguments, environment: variables, log: layout.log(name))
        }
    }

    /// Writes down what runs, for the next supervisor, the agent and people, when it changed.
    private func record() {
        let ready = readiness.mapValues(\.isReady)
        guard written?.fleet != fleet || written?.readiness != ready else { return }
        do {
            try PrivateFile.write(json: fleet, to: layout.instances)
            try PrivateFile.write(json: meshRecord(), to: layout.record)
            written = (fleet, ready)
        } catch {
            logger.error("state cannot be written", metadata: ["error": "\(error)"])
        }
    }

    private func meshRecord() -> MeshRecord {
        let instances = fleet.members.compactMap { member in
            member.process.map { process in
                let url = member.port.map { "http://127.0.0.1:\($0)" }
                return MeshRecord.Instance(
                    service: member.program.name, name: member.name, url: url, pid: process.pid, isReady: isReady(member))
            }
        }
        return MeshRecord(
            gatewayURL: settings.publicURL, internalURL: settings.internalURL,
            administratorKey: MeshSecrets(layout: layout).read(MeshSecrets.administratorKey), supervisor: getpid(), instances: instances)
    }
}
