import Contracts
import Foundation
import Logging
import Metrics
import Observability
import Settings
import UnixSignals

/// The entry point that all services share: settings, logs, metrics, run, exit code.
public enum ServiceMain {
    /// What the process was given, for a command of a service's program that serves nothing.
    public static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Exit code of a service that stopped by a fault (EX_SOFTWARE).
    private static let failed: Int32 = 70

    /// Runs a service until SIGTERM or SIGINT and ends the process: 0 after a graceful stop, 78 when the settings are not sound.
    ///
    /// `make` reads the service's own settings from the reader, calls `finish()`, and composes the service.
    ///
    /// `isStandAlone` says whether the settings ask for a service without a mesh: no tokens, loopback, see ``HTTPSettings``.
    public static func run(
        _ name: ServiceName, isStandAlone: (inout SettingsReader) -> Bool = { _ in false },
        make: (inout SettingsReader, ServiceBase) async throws -> MeshService
    ) async -> Never {
        // A client that hangs up while it is written to must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let environment = Self.environment
        var reader = SettingsReader(environment: environment, arguments: Array(CommandLine.arguments.dropFirst()))
        let http = HTTPSettings(&reader, service: name, isStandAlone: isStandAlone(&reader))
        let levels = LogLevels(from: http.logLevel)
        let logger = bootstrapLogs(name, http, levels)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        ProcessMetrics.register(in: metrics)
        do {
            let base = ServiceBase(
                name: name, http: http, logger: logger, levels: levels, metrics: metrics, environment: environment)
            let service = try await make(&reader, base)
            try reader.finish()
            try await run(service, logger: logger)
            exit(0)
        } catch let error as SettingsError {
            let output = error.help == nil ? FileHandle.standardError : FileHandle.standardOutput
            output.write(Data("\(error)\n".utf8))
            exit(error.help == nil ? SettingsError.exitCode : 0)
        } catch {
            logger.log(level: .critical, "service failed", facts: [.error: "\(String(reflecting: error))"])
            exit(failed)
        }
    }

    private static func run(_ service: MeshService, logger: Logger) async throws {
        async let announced: Void = announce(service, logger: logger)
        try await service.run(signals: [.sigterm, .sigint])
        await announced
        logger.log(level: .info, "service stopped", facts: [:])
    }

    private static func announce(_ service: MeshService, logger: Logger) async {
        guard let port = try? await service.port() else { return }
        logger.log(level: .info, "service is listening", facts: [.port: "\(port)"])
    }

    private static func bootstrapLogs(_ name: ServiceName, _ http: HTTPSettings, _ levels: LogLevels) -> Logger {
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, service: name.rawValue, instance: http.instance, levels: levels)
        }
        return Logger(label: name.rawValue)
    }
}
