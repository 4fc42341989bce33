import Contracts
import Postgres

/// A search as its steps need it.
struct StoredSearch: Sendable {
    let record: SearchRecord
    let team: String
    let caller: String
    let manifest: CapabilityManifest
    let manifestRevision: Int

    static let columns: SQL = """
        ordinal, id, capability, team, state, asked::text AS asked, manifest_revision, manifest::text AS manifest,
               leaderboard::text AS leaderboard, crowned, registering, outcome, created_at, created_by, ended_at
        """

    init(row: Row) throws {
        record = SearchRecord(
            id: try row.decode("id"), state: try row.state("state"), asked: try row.json("asked"),
            leaderboard: try row.optionalJSON("leaderboard"), crowned: try row.decode("crowned"),
            registering: try row.decode("registering"), outcome: try row.decode("outcome"), createdAt: try row.decode("created_at"),
            endedAt: try row.decode("ended_at"))
        team = try row.decode("team")
        caller = try row.decode("created_by")
        manifest = try row.json("manifest")
        manifestRevision = try row.decode("manifest_revision")
    }

    func plan() throws(Problem) -> SearchPlan { try SearchPlan(record.asked, manifest: manifest) }
}
