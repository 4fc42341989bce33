import Contracts
import Foundation
import Postgres

/// Where capabilities stand, for the catalogue.
struct CatalogueStore: Sendable {
    /// Capabilities that are read at once: their manifests are what takes the time.
    private static let batch = 200

    let database: Database
    let capabilities: CapabilityStore

    /// Entries by name after a cursor, which a filter takes.
    func list(_ filter: CatalogueFilter, after name: String, limit: Int, for viewer: Catalogue.Viewer) async throws -> [CatalogueEntry] {
        var (entries, cursor) = ([CatalogueEntry](), name)
        while entries.count < limit {
            let records = try await capabilities.list(after: cursor, limit: Self.batch)
            let chosen = records.filter(filter.takes)
            let standings = try await standings(chosen.map(\.name))
            entries += chosen.compactMap { record in
                let entry = Catalogue.entry(record, standings[record.name] ?? .init(newest: nil, champion: nil, report: nil), for: viewer)
                return filter.takes(entry) ? entry : nil
            }
            guard records.count == Self.batch, let last = records.last else { break }
            cursor = last.name
        }
        return Array(entries.prefix(limit))
    }

    /// For each capability its newest version, its champion, and the newest report on the champion (on the newest version while there is
    /// none) at the present revision.
    private func standings(_ names: [String]) async throws -> [String: Catalogue.Standing] {
        let rows = try await database.query(
            """
            SELECT c.name, s.newest, a.version AS champion,
                   (SELECT p.report::text
                      FROM reports p
                     WHERE p.capability = c.name AND p.version = coalesce(a.version, s.newest) AND p.manifest_revision = c.revision
                     ORDER BY p.dataset_version DESC, p.recorded_at DESC, p.id
                     LIMIT 1) AS report
              FROM capabilities c
                   LEFT JOIN aliases a
                          ON a.capability = c.name AND a.alias = 'champion'
                   CROSS JOIN LATERAL (SELECT max(v.version) AS newest
                                         FROM versions v
                                        WHERE v.capability = c.name AND v.deleted_at IS NULL) s
             WHERE c.name = ANY(\(names))
            """)
        let pairs = try rows.map { row in
            let report = try row.decode("report", as: String?.self).map { try WireJSON.decode(SuiteReport.self, from: Data($0.utf8)) }
            let standing = Catalogue.Standing(
                newest: try row.decode("newest", as: Int?.self), champion: try row.decode("champion", as: Int?.self), report: report)
            return (try row.decode("name", as: String.self), standing)
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
