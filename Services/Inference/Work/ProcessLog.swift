import Logging
import Observability
import Synchronization

/// What this process logs, and how it is changed while it runs.
final class ProcessLog: Sendable {
    private let levels: LogLevels
    /// What was logged at the start.
    private let initial: LogSettings
    private let present: Mutex<LogSettings>

    init(levels: LogLevels) {
        self.levels = levels
        let verbose = levels.contains(.trace) ? 2 : levels.contains(.debug) ? 1 : 0
        initial = LogSettings(
            info: levels.contains(.info), warning: levels.contains(.warning), error: levels.contains(.error), verboseLevel: verbose)
        present = Mutex(initial)
    }

    var settings: LogSettings { present.withLock { $0 } }

    func follow(_ settings: OperatorSettings) {
        present.withLock { present in
            let wanted = settings.log(from: initial)
            guard wanted != present else { return }
            present = wanted
            levels.enabled = Self.levels(of: wanted)
        }
    }

    private static func levels(of settings: LogSettings) -> Set<Logger.Level> {
        var levels: Set<Logger.Level> = []
        if settings.info { levels.formUnion([.info, .notice]) }
        if settings.warning { levels.insert(.warning) }
        if settings.error { levels.formUnion([.error, .critical]) }
        if settings.verboseLevel > 0 { levels.insert(.debug) }
        if settings.verboseLevel > 1 { levels.insert(.trace) }
        return levels
    }
}
