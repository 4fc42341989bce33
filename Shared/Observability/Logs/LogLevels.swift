import Logging
import Synchronization

/// Which levels a process logs; changed while it runs, and every logger of the process follows.
public final class LogLevels: Sendable {
    /// One bit for each level.
    private let bits: Atomic<UInt8>

    /// Logs a level and all above it.
    public init(from lowest: Logger.Level = .info) {
        bits = Atomic(Self.bits(Logger.Level.allCases.filter { $0 >= lowest }))
    }

    /// The levels that are logged.
    public var enabled: Set<Logger.Level> {
        get { Set(Logger.Level.allCases.filter(contains)) }
        set { bits.store(Self.bits(newValue), ordering: .relaxed) }
    }

    /// Whether a level is logged.
    public func contains(_ level: Logger.Level) -> Bool {
        bits.load(ordering: .relaxed) & Self.bit(level) != 0
    }

    /// The lowest level that is logged; `critical` when none is.
    var lowest: Logger.Level { Self.lowest(bits.load(ordering: .relaxed)) }

    /// Asked before each line of a log: no array is made.
    private static func lowest(_ bits: UInt8) -> Logger.Level {
        switch bits.trailingZeroBitCount {
        case 0: .trace
        case 1: .debug
        case 2: .info
        case 3: .notice
        case 4: .warning
        case 5: .error
        default: .critical
        }
    }

    private static func bits(_ levels: some Sequence<Logger.Level>) -> UInt8 {
        levels.reduce(0) { $0 | bit($1) }
    }

    private static func bit(_ level: Logger.Level) -> UInt8 {
        switch level {
        case .trace: 1
        case .debug: 1 << 1
        case .info: 1 << 2
        case .notice: 1 << 3
        case .warning: 1 << 4
        case .error: 1 << 5
        case .critical: 1 << 6
        }
    }
}
