import Contracts
import Hummingbird
import Logging
import NIOCore
import Observability
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A service of the mesh, ready to run: HTTP server, background services, readiness, graceful stop.
public final class MeshService: Service {
    /// Which service it is.
    public let name: ServiceName
    /// The routes that it serves, without health and metrics.
    public let routes: [Route]
    public let readiness: Readiness
    /// Fed by the event log; tests feed it by hand.
    public let denyList: DenyList

    private let server: any Service
    private let background: [any Service]
    private let listening: Listening
    private let settings: HTTPSettings
    private let logger: Logger
    private let running = Mutex<ServiceGroup?>(nil)

    init(
        name: ServiceName, routes: [Route], readiness: Readiness, denyList: DenyList, server: any Service, background: [any Service],
        listening: Listening, settings: HTTPSettings, logger: Logger
    ) {
        self.name = name
        self.routes = routes
        self.readiness = readiness
        self.denyList = denyList
        self.server = server
        self.background = background
        self.listening = listening
        self.settings = settings
        self.logger = logger
    }

    /// The port that the service listens on; waits until it does.
    public func port() async throws -> Int {
        try await listening.port()
    }

    /// Rows of the route table that belong to the service and that it does not serve.
    public var missingRoutes: [Route] {
        RouteTable.routes(of: name).filter { !routes.contains($0) }
    }

    /// Runs until the surrounding group stops it.
    public func run() async throws {
        try await run(signals: [])
    }

    /// Runs until one of the signals asks it to stop.
    public func run(signals: [UnixSignal]) async throws {
        // Stopped in reverse: the gate first, then the server with its requests in flight, then what the requests needed.
        let services = background + [server, DrainGate(readiness: readiness, period: settings.drain, logger: logger)]
        var configuration = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: signals, logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.drain + settings.shutdown
        defer { listening.close() }
        let group = ServiceGroup(configuration: configuration)
        running.withLock { $0 = group }
        try await group.run()
    }

    /// Asks the running service to stop gracefully.
    public func stop() async {
        await running.withLock { $0 }?.triggerGracefulShutdown()
    }
}
