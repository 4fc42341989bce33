import Contracts

/// A capability as its present revision has it, with what is registered for it.
public struct CatalogueCapability: Sendable, Hashable {
    public var record: CapabilityRecord
    /// By number.
    public var versions: [Int: ModelVersion]
    /// By name.
    public var aliases: [String: ModelAlias]

    public init(record: CapabilityRecord, versions: [Int: ModelVersion] = [:], aliases: [String: ModelAlias] = [:]) {
        self.record = record
        self.versions = versions
        self.aliases = aliases
    }

    public var name: String { record.name }
    public var team: String { record.team }
    public var manifest: CapabilityManifest { record.manifest }
    /// The version that the alias `champion` points to.
    public var champion: ModelVersion? { aliases["champion"].flatMap { versions[$0.version] } }

    /// Whether a team may call it: its owner, or one that the manifest lets in.
    public func admits(team caller: String) -> Bool {
        caller == team || (manifest.access?.callers ?? []).contains(caller)
    }

    /// The version of a number, an alias or `latest`; nil when there is none.
    public func version(_ reference: String) -> ModelVersion? {
        if let number = Int(reference) { return versions[number] }
        if reference == "latest" { return versions.values.max { $0.version < $1.version } }
        return aliases[reference].flatMap { versions[$0.version] }
    }
}
