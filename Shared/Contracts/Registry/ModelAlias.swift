import Foundation

/// Where an alias points.
public struct ModelAlias: Sendable, Hashable, Codable {
    public var capability: String
    public var alias: String
    public var version: Int
    public var model: Digest
    public var previous: Int?
    public var movedAt: Date
    public var movedBy: String
    /// The suite report that opened the gate.
    public var report: String?

    public init(
        capability: String, alias: String, version: Int, model: Digest, previous: Int? = nil, movedAt: Date, movedBy: String,
        report: String? = nil
    ) {
        self.capability = capability
        self.alias = alias
        self.version = version
        self.model = model
        self.previous = previous
        self.movedAt = movedAt
        self.movedBy = movedBy
        self.report = report
    }
}
