import Contracts
import Postgres

struct ProgressStore: Sendable {
    let database: Database

    /// Counts of a project. Gold tasks are no work and do not count; their answers do, since nothing may tell them apart.
    func counts(of project: String) async throws -> LabelingProgress {
        let rows = try await database.query(
            """
            SELECT count(*) FILTER (WHERE t.gold IS NULL) AS tasks,
                   count(*) FILTER (WHERE t.settled_at IS NOT NULL) AS finished,
                   count(*) FILTER (WHERE t.settled_at IS NOT NULL AND c.finished_at IS NULL) AS uncommitted,
                   coalesce(sum(t.answers), 0)::bigint AS answers,
                   (SELECT count(DISTINCT l.task)
                      FROM leases l
                      JOIN tasks o ON o.id = l.task
                     WHERE o.project = \(project) AND o.gold IS NULL AND l.ended_at IS NULL AND l.expires_at > clock_timestamp()) AS leased
              FROM tasks t
              LEFT JOIN commits c ON c.id = t.commit
             WHERE t.project = \(project)
            """)
        guard let row = rows.first else { throw Problem(.projectUnknown) }
        let (tasks, finished) = (try row.decode("tasks", as: Int.self), try row.decode("finished", as: Int.self))
        return LabelingProgress(
            tasks: tasks, finished: finished, open: tasks - finished, leased: try row.decode("leased", as: Int.self),
            uncommitted: try row.decode("uncommitted", as: Int.self), answers: try row.decode("answers", as: Int.self), labelers: [])
    }
}
