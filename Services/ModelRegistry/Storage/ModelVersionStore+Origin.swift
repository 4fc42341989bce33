import Contracts
import Postgres

extension ModelVersionStore {
    /// Versions of any capability that came of a run or of a dataset version, by capability and number after a cursor.
    func list(of origin: ModelOrigin, after: (capability: String, version: Int), limit: Int) async throws -> [ModelVersion] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM versions v
             WHERE (v.capability, v.version) > (\(after.capability), \(after.version)) AND v.deleted_at IS NULL
               AND (\(origin.run)::text IS NULL OR v.run = \(origin.run))
               AND (\(origin.dataset)::text IS NULL OR v.dataset ->> 'name' = \(origin.dataset))
               AND (\(origin.datasetVersion)::bigint IS NULL OR (v.dataset ->> 'version')::bigint = \(origin.datasetVersion))
             ORDER BY v.capability, v.version
             LIMIT \(limit)
            """
        ).map(ModelVersion.init(row:))
    }
}
