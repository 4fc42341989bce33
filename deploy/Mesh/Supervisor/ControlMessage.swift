import Foundation

/// What a command asks of the supervisor: one line of JSON.
struct ControlRequest: Sendable, Hashable, Codable {
    enum Command: String, Sendable, Codable {
        /// The members, at once.
        case status
        /// Other numbers of instances; answered when they serve.
        case scale
        /// Rolling restart of the programs named; answered when it is done.
        case restart
        /// Stop everything; answered when only the supervisor is left.
        case down
    }

    var command: Command
    /// Wanted instances by service, for `scale`.
    var counts: [String: Int]?
    /// Names of programs, for `restart`.
    var programs: [String]?
}

/// A line of the supervisor's answer. Any number of lines tell of progress; the last one has `isDone`.
struct ControlReply: Sendable, Hashable, Codable {
    var progress: String?
    var fault: String?
    var fleet: Fleet?
    var isDone = false
}
