import Foundation

/// One process that should run, or is about to end.
struct Member: Sendable, Hashable, Codable {
    enum Phase: String, Sendable, Codable {
        /// Not running: it is new, or it crashed and its back-off is not over.
        case waiting
        /// Running, not ready yet.
        case starting
        case ready
        /// Runs, takes no new requests, ends when the old ones are answered.
        case draining
        /// Asked to end, for good.
        case stopping
        /// Asked to end, to be started again.
        case restarting
    }

    let program: Program
    let name: String
    /// Where a service listens; nil for other programs.
    var port: Int?
    var phase = Phase.waiting
    var process: ProcessIdentity?
    /// Crashes since it last ran for a while.
    var crashes = 0
    /// Crashes ever.
    var restarts = 0
    /// When the phase began.
    var since: Date
    /// End of the back-off.
    var notBefore: Date
    var lastFault: String?
    /// The member that leaves when this one is ready: a rolling restart.
    var replaces: String?

    init(_ program: Program, name: String, at now: Date, replaces: String? = nil) {
        self.program = program
        self.name = name
        self.replaces = replaces
        since = now
        notBefore = now
    }

    /// Whether it counts towards what was asked for.
    var isStaying: Bool { [.waiting, .starting, .ready, .restarting].contains(phase) && replaces == nil }

    /// The number at the end of the name.
    var number: Int { name.split(separator: "-").last.flatMap { Int($0) } ?? 1 }

    mutating func enter(_ phase: Phase, at now: Date) {
        self.phase = phase
        since = now
    }
}
