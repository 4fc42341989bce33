import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import Synchronization

/// Tells the public HAProxy which capabilities have no experiment. While the database is away the ways stay as they are.
final class GatewayExperiments: Sendable {
    static let map = "direct.map"
    /// How often HAProxy is looked at when no event came: it may have been started anew, or read an older file.
    static let longestPause = Duration.milliseconds(500)
    private static let pace = Duration.milliseconds(50)

    private struct State {
        var map = DirectMap()
        /// The past has been read; before that a capability may seem to have no experiment.
        var isCaughtUp = false
        var changes = 0
    }

    let layout: MeshLayout
    let settings: MeshSettings
    let logger: Logger
    private let state = Mutex(State())

    init(layout: MeshLayout, settings: MeshSettings, logger: Logger) {
        self.layout = layout
        self.settings = settings
        self.logger = logger
    }

    /// Runs until the task is cancelled.
    func run() async throws {
        let databases = PrivateFile.json([String: String].self, at: layout.secret(MeshSecrets.databases))
        guard let url = databases?[ServiceName.gatewayAgent.rawValue] else {
            return logger.warning("there is no way to the event log (mesh up makes one): every prediction takes the hop", metadata: [:])
        }
        let database = Database(url: url, maximumConnections: 2, logger: logger)
        defer { database.close() }
        try await follow(database)
    }

    /// Follows the log, and brings HAProxy to what it says.
    func follow(_ database: Database) async throws {
        // Eagerly: an experiment must count within a second also while somebody's long transaction is under way.
        let tail = EventTail(
            types: [EventType.capabilityApplied, EventType.experimentChanged], database: database, start: .beginning, isEager: true,
            logger: logger,
            onCaughtUp: { [self] in state.withLock { $0.isCaughtUp = true } },
            apply: { [self] event in
                state.withLock { state in
                    state.map.apply(event)
                    state.changes += 1
                }
            })
        async let following: Void = tail.run()
        var (told, looked) = (-1, ContinuousClock.now)
        while !Task.isCancelled {
            let (map, isCaughtUp, changes) = state.withLock { ($0.map, $0.isCaughtUp, $0.changes) }
            if isCaughtUp, changes != told || looked.duration(to: .now) > Self.longestPause {
                (told, looked) = (changes, .now)
                await arrange(map)
            }
            try? await Task.sleep(for: Self.pace)
        }
        try await following
    }

    /// The file first, so that a HAProxy that starts at this moment knows it; then whatever the running one knows otherwise.
    func arrange(_ map: DirectMap) async {
        let folder = GatewayFolder(layout: layout, settings: settings, listener: .public)
        do {
            if PrivateFile.text(folder.directMap) != map.file { try PrivateFile.write(map.file, to: folder.directMap) }
        } catch {
            logger.error("the map of direct ways cannot be written", metadata: ["error": "\(error)"])
        }
        let socket = AdminSocket(path: layout.adminSocket(.public))
        let told = await offload {
            let known = socket.ask("show map \(Self.map)").map(DirectMap.shown)
            let commands = known.map { DirectMap.commands(from: $0, to: map.models, map: Self.map) } ?? []
            return commands.map { ($0, socket.ask($0) ?? "no answer") }
        }
        for (command, answer) in told {
            logger.info("way changed", metadata: ["command": "\(command)", "answer": "\(answer)"])
        }
    }
}
