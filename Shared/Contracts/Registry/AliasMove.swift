import Foundation

/// One move of an alias, as its history keeps it.
public struct AliasMove: Sendable, Hashable, Codable {
    public var capability: String
    public var alias: String
    /// Nil where the alias was taken away.
    public var version: Int?
    public var model: Digest?
    public var previous: Int?
    public var movedAt: Date
    public var movedBy: String
    public var reason: String?
    /// The suite report that opened the gate.
    public var report: String?
    /// What the gate said, where somebody overrode it.
    public var overridden: [String]?
    /// Whether it went back to what the alias pointed to before.
    public var rollback: Bool?

    public init(
        capability: String, alias: String, version: Int?, model: Digest?, previous: Int?, movedAt: Date, movedBy: String,
        reason: String? = nil, report: String? = nil, overridden: [String]? = nil, rollback: Bool? = nil
    ) {
        self.capability = capability
        self.alias = alias
        self.version = version
        self.model = model
        self.previous = previous
        self.movedAt = movedAt
        self.movedBy = movedBy
        self.reason = reason
        self.report = report
        self.overridden = overridden
        self.rollback = rollback
    }
}
