import Contracts

/// What the catalogue is searched for; all when nothing is given.
struct CatalogueFilter: Sendable, Hashable {
    /// Words of the name, the description, the team or a tensor's name; all of them have to be there.
    var text: String?
    var team: String?
    var kind: CatalogueEntry.Kind?
    var state: CatalogueEntry.State?
    /// Whether who asks may call.
    var mayCall: Bool?

    /// Whether a capability may be one of those, as far as its record tells.
    func takes(_ record: CapabilityRecord) -> Bool {
        if let team, record.team != team { return false }
        if let kind, Catalogue.kind(of: record.manifest) != kind { return false }
        return (text ?? "").lowercased().split(whereSeparator: \.isWhitespace).allSatisfy { Self.words(record).contains($0) }
    }

    /// Whether an entry is one of those.
    func takes(_ entry: CatalogueEntry) -> Bool {
        if let state, entry.state != state { return false }
        return mayCall == nil || entry.mayCall == mayCall
    }

    private static func words(_ record: CapabilityRecord) -> String {
        let interface = record.manifest.interface
        let fields = (interface.inputs + interface.outputs).map(\.name)
        return ([record.name, record.team, record.manifest.metadata.description ?? ""] + fields).joined(separator: "\n").lowercased()
    }
}
