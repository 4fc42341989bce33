import Contracts
import Logging
import Observability

/// What the entry point gives to the composition root of a service.
public struct ServiceBase: Sendable {
    public let name: ServiceName
    public let http: HTTPSettings
    public let logger: Logger
    /// The levels that the process logs; a route may change them.
    public let levels: LogLevels
    public let metrics: PrometheusRegistry
    /// The environment that the settings were read from, for ``Settings/LibraryPath``.
    public let environment: [String: String]

    public init(
        name: ServiceName, http: HTTPSettings, logger: Logger, levels: LogLevels = LogLevels(), metrics: PrometheusRegistry,
        environment: [String: String] = [:]
    ) {
        self.name = name
        self.http = http
        self.logger = logger
        self.levels = levels
        self.metrics = metrics
        self.environment = environment
    }
}
