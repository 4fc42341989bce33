import Contracts
import EventLog
import Foundation
import Logging
import Settings

/// Brings a mesh up, from an empty folder or from wherever it is.
struct MeshStart {
    let layout: MeshLayout
    /// nil keeps what it was.
    var requestsPerMinute: Int?
    /// nil keeps what it was; `.some(nil)` takes it away.
    var basePath: BasePath??
    var patience: Duration

    /// Starts what is not running and waits until everything serves. Repeating it does no harm.
    func run(tell: @escaping @Sendable (String) -> Void) async throws -> MeshRecord {
        try layout.prepare()
        let lock = try CommandLock.take(layout)
        defer { lock.release() }
        let secrets = MeshSecrets(layout: layout)
        let last = PrivateFile.json(MeshSettings.self, at: layout.settings)
        let settings = try prepareSettings(last)
        let made = try secrets.prepare()
        if !made.isEmpty { tell("made \(made.count) secrets in \(layout.secrets)") }
        try await prepareDatabase(secrets, tell)
        try PrivateFile.write(json: settings, to: layout.settings)
        let wasRunning = ControlClient(layout: layout).isSupervised
        try await ensureSupervisor(settings, tell)
        try await renewOutdated(tell)
        if wasRunning, last?.gateway != settings.gateway { try await renewGateway(tell) }
        try await waitUntilServing(tell)
        guard let record = PrivateFile.json(MeshRecord.self, at: layout.record) else {
            throw CommandFault("the supervisor wrote no record")
        }
        return record
    }

    /// The settings of the last start; ports stay unless somebody else took them.
    private func prepareSettings(_ last: MeshSettings?) throws -> MeshSettings {
        guard let root = Checkout.root() else {
            throw CommandFault("gateway-config is not found above the mesh executable or the working directory")
        }
        let isRunning = ControlClient(layout: layout).isSupervised || !ProcessTable.supervised(state: layout.state).isEmpty
        let gateway = try last.flatMap { isRunning ? $0.gateway : nil } ?? gatewaySettings(last?.gateway)
        var settings = MeshSettings(
            gateway: gateway, binaries: binaries(), gatewayConfig: root + "/gateway-config", environment: environment(root))
        if let requestsPerMinute { settings.gateway.requestsPerMinute = requestsPerMinute }
        if let basePath { settings.gateway.basePath = basePath }
        for service in ServiceName.serving where !FileManager.default.isExecutableFile(atPath: settings.binaries + "/" + service.rawValue) {
            throw CommandFault("\(settings.binaries)/\(service.rawValue) is not built (make release)")
        }
        return settings
    }

    private func gatewaySettings(_ last: GatewaySettings?) throws -> GatewaySettings {
        let lastPorts = [
            last?.publicAddresses.traffic, last?.publicAddresses.metrics, last?.internalAddresses.traffic, last?.internalAddresses.metrics,
        ]
        var choice = PortChoice(seed: layout.state)
        let addresses = try lastPorts.map { address in
            let preferred = address?.split(separator: ":").last.flatMap { Int($0) }
            guard let port = choice.next(preferring: preferred) else { throw CommandFault("no port is free") }
            return "127.0.0.1:\(port)"
        }
        return GatewaySettings(
            publicAddresses: .init(traffic: addresses[0], metrics: addresses[1]),
            internalAddresses: .init(traffic: addresses[2], metrics: addresses[3]),
            issuer: GatewaySettings.issuer, audience: GatewaySettings.audience,
            requestsPerMinute: last?.requestsPerMinute ?? GatewaySettings.defaultRequestsPerMinute, basePath: last?.basePath)
    }

    private func binaries() -> String {
        let folder = ProcessInfo.processInfo.environment["MESH_BINARIES"] ?? Checkout.executableFolder()
        return folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    private func environment(_ root: String) -> [String: String] {
        let all = ProcessInfo.processInfo.environment
        var environment = all.filter { MeshSettings.passedOn.contains($0.key) }
        let folder = URL(filePath: root, directoryHint: .isDirectory)
        let libraries = [
            ("MESH_ONNXRUNTIME", "libonnxruntime.so"), ("MESH_DUCKDB", "libduckdb.so"), ("MESH_XGBOOST", "libxgboost.so"),
        ]
        for (variable, name) in libraries {
            environment[variable] = LibraryPath.find(name, variable: variable, environment: all, from: folder)
        }
        return environment
    }

    /// A cluster of our own, unless DATABASE_URL names another; then roles, schemas and the event log.
    private func prepareDatabase(_ secrets: MeshSecrets, _ tell: (String) -> Void) async throws {
        let cluster = PrivateCluster(layout: layout)
        let given = ProcessInfo.processInfo.environment["DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        if given == nil, !cluster.isRunning { tell("starting Postgres in \(layout.postgres)") }
        let administrator = try given ?? cluster.start()
        var databases: [String: String] = [:]
        var owners: [DatabaseBootstrap.Owner] = []
        // The gateway agent has a role as well: it follows the event log.
        for service in ServiceName.allCases {
            let password = try secrets.databasePassword(service)
            owners.append(.init(name: service.schema, password: password))
            databases[service.rawValue] = DatabaseURL.forRole(service.schema, password: password, of: administrator)
        }
        var logger = Logger(label: "mesh")
        logger.logLevel = .error
        try await DatabaseBootstrap.prepare(administratorURL: administrator, owners: owners, logger: logger)
        try PrivateFile.write(json: databases, to: layout.secret(MeshSecrets.databases))
    }
}
