/// What an instance counted since its start, of every version that it has served.
struct InstanceStatistics: Sendable, Hashable, Codable {
    /// One version's counts.
    struct Entry: Sendable, Hashable, Codable {
        var model: String
        var version: String
        var counts: ServingCounts
    }

    var entries: [Entry]

    /// Counts by the version's place.
    var counts: [ModelPlace: ServingCounts] {
        Dictionary(entries.map { (ModelPlace(model: $0.model, version: $0.version), $0.counts) }) { $0 + $1 }
    }
}
