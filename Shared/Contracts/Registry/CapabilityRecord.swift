import Foundation

/// A capability in the catalogue.
public struct CapabilityRecord: Sendable, Hashable, Codable {
    public var name: String
    public var team: String
    public var revision: Int
    /// Of the manifest's canonical JSON.
    public var digest: Digest
    public var manifest: CapabilityManifest
    public var appliedAt: Date
    public var appliedBy: String

    public init(
        name: String, team: String, revision: Int, digest: Digest, manifest: CapabilityManifest, appliedAt: Date, appliedBy: String
    ) {
        self.name = name
        self.team = team
        self.revision = revision
        self.digest = digest
        self.manifest = manifest
        self.appliedAt = appliedAt
        self.appliedBy = appliedBy
    }
}
