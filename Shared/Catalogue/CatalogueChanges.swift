import Contracts
import Foundation
import Postgres

/// Rows of a catalogue that changed, ready to be laid over a snapshot.
struct CatalogueChanges: Sendable {
    /// Number of the newest change.
    let last: Int
    /// Rows that were read.
    let count: Int
    private var records: [CapabilityRecord] = []
    private var versions: [ModelVersion] = []
    private var aliases: [(capability: String, name: String, target: ModelAlias?)] = []

    init(_ rows: [Row], after number: Int) throws {
        count = rows.count
        var last = number
        for row in rows {
            last = max(last, try row.decode("change", as: Int.self))
            let body = try row.decode("body", as: String?.self).map { Data($0.utf8) }
            switch (try row.decode("kind", as: String.self), body) {
            case ("capability", let body?): records.append(try WireJSON.decode(CapabilityRecord.self, from: body))
            case ("version", let body?): versions.append(try WireJSON.decode(ModelVersion.self, from: body))
            default:
                let target = try body.map { try WireJSON.decode(ModelAlias.self, from: $0) }
                aliases.append((try row.decode("capability"), try row.decode("alias"), target))
            }
        }
        self.last = last
    }

    /// Lays the changes over a snapshot.
    func apply(to capabilities: inout [String: CatalogueCapability]) {
        for record in records {
            if capabilities[record.name] == nil {
                capabilities[record.name] = CatalogueCapability(record: record)
            } else {
                capabilities[record.name]?.record = record
            }
        }
        for version in versions { capabilities[version.capability]?.versions[version.version] = version }
        for alias in aliases { capabilities[alias.capability]?.aliases[alias.name] = alias.target }
    }
}
