import Foundation

/// A dataset in the catalogue.
public struct DatasetRecord: Sendable, Hashable, Codable {
    public var name: String
    public var team: String
    public var capability: String?
    /// Number of the newest version; nil while there is none.
    public var latestVersion: Int?
    public var createdAt: Date

    public init(name: String, team: String, capability: String? = nil, latestVersion: Int? = nil, createdAt: Date) {
        self.name = name
        self.team = team
        self.capability = capability
        self.latestVersion = latestVersion
        self.createdAt = createdAt
    }
}
