import Contracts
import Postgres

struct ProjectAnswerStore: Sendable {
    let database: Database

    /// A text that changes with every new or corrected answer of a project.
    func stamp(of project: String) async throws -> String {
        let rows = try await database.query(
            """
            SELECT count(*) || '/' || coalesce(max(a.changed_at)::text, '') AS stamp
              FROM annotations a
              JOIN tasks t ON t.id = a.task
             WHERE t.project = \(project)
            """)
        return try rows.first?.decode("stamp", as: String.self) ?? ""
    }

    /// All answers of a project.
    func all(of project: String) async throws -> [ProjectAnswer] {
        try await database.query(
            """
            SELECT a.task, a.labeler, a.label::text AS label, t.gold::text AS gold
              FROM annotations a
              JOIN tasks t ON t.id = a.task
             WHERE t.project = \(project)
            """
        ).map { row in
            ProjectAnswer(
                task: try row.decode("task", as: String.self), labeler: try row.decode("labeler", as: String.self),
                label: try row.json("label", as: JSONValue.self).text, gold: try row.optionalJSON("gold", as: JSONValue.self)?.text)
        }
    }
}
