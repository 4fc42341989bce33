import Contracts
import EventLog
import Foundation
import Postgres

/// A commit that was begun: what it asks of the dataset service, word for word.
struct PendingCommit: Sendable, Hashable {
    let id: String
    let project: String
    let dataset: String
    let body: String
}

struct CommitStore: Sendable {
    let database: Database
    let log: EventLog
    /// Most labels of one commit.
    var most = 20_000
    /// Most bytes of the rows that one commit brings, about: half of what the dataset service takes in a request.
    var mostBytes = 32 << 20

    /// Which of the labels that wait are meant.
    struct Choice: Sendable, Hashable {
        /// Those that the dataset service refused before, instead of those that it did not.
        var wasRefused = false
        /// Rows that are left out.
        var without: [String] = []
    }

    /// Commits that wait for the dataset service, oldest first.
    func pending(of project: String? = nil) async throws -> [PendingCommit] {
        try await database.query(
            """
            SELECT id, project, dataset, body
              FROM commits
             WHERE finished_at IS NULL AND (\(project)::text IS NULL OR project = \(project)::text)
             ORDER BY created_at
            """
        ).map { row in
            PendingCommit(
                id: try row.decode("id", as: String.self), project: try row.decode("project", as: String.self),
                dataset: try row.decode("dataset", as: String.self), body: try row.decode("body", as: String.self))
        }
    }

    /// Begins a commit of the settled labels that no commit has, within the bounds; nil when there is none, or another is under way.
    func begin(_ project: String, dataset: String, quality: AnswerQuality, _ choice: Choice = Choice()) async throws -> PendingCommit? {
        try await database.transaction { connection in
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\("commit:" + project), 0))")
            let other = try await connection.query(
                "SELECT 1 AS one FROM commits WHERE project = \(project) AND finished_at IS NULL")
            let tasks = other.isEmpty ? try await settled(project, choice, on: connection) : []
            guard !tasks.isEmpty else { return nil }
            let id = UUID().uuidString.lowercased()
            let draft = CommitDraft(tasks, id: id, project: project, quality: quality)
            let body = try jsonText(draft.request)
            try await connection.execute(
                """
                INSERT INTO commits (id, project, dataset, body, labels, rows)
                     VALUES (\(id), \(project), \(dataset), \(body), \(draft.labels), \(draft.rows))
                """)
            try await connection.execute("UPDATE tasks SET commit = \(id) WHERE id = ANY(\(tasks.map(\.id))::text[])")
            return PendingCommit(id: id, project: project, dataset: dataset, body: body)
        }
    }

    /// Writes down the version that a commit became, and tells it. Doing it again changes nothing.
    func finish(_ commit: PendingCommit, as version: DatasetReference, capability: String?) async throws -> LabelCommit {
        try await database.transaction { connection in
            let changed = try await connection.execute(
                """
                UPDATE commits SET finished_at = now(), version = \(try jsonText(version))::jsonb
                 WHERE id = \(commit.id) AND finished_at IS NULL
                """)
            let rows = try await connection.query(
                "SELECT labels, rows, version::text AS version FROM commits WHERE id = \(commit.id)")
            guard let row = rows.first, let stored = try row.optionalJSON("version", as: DatasetReference.self) else {
                throw Problem(.conflict, "The commit was given up.")
            }
            let result = LabelCommit(
                dataset: stored, labels: try row.decode("labels", as: Int.self), rows: try row.decode("rows", as: Int.self))
            if changed == 1 { try await tell(result, commit, capability: capability, on: connection) }
            return result
        }
    }

    /// Gives up a commit that the dataset service refused for good: its labels may be committed anew.
    ///
    /// - Parameter rows: those that it named, by id, each with its fault; their labels wait until no others do.
    func abandon(_ commit: PendingCommit, refused rows: [String: String]) async throws {
        try await database.transaction { connection in
            let pending = try await connection.query(
                "SELECT 1 AS one FROM commits WHERE id = \(commit.id) AND finished_at IS NULL FOR UPDATE")
            guard !pending.isEmpty else { return }
            let refused = Array(rows)
            try await connection.execute(
                """
                UPDATE tasks t SET refused_at = clock_timestamp(), refusal = r.reason
                  FROM unnest(\(refused.map(\.key))::text[], \(refused.map(\.value))::text[]) AS r (row_id, reason)
                 WHERE t.commit = \(commit.id) AND t.row_id = r.row_id
                """)
            try await connection.execute("UPDATE tasks SET commit = NULL WHERE commit = \(commit.id)")
            try await connection.execute("DELETE FROM commits WHERE id = \(commit.id) AND finished_at IS NULL")
        }
    }

    private func settled(_ project: String, _ choice: Choice, on connection: Connection) async throws -> [SettledTask] {
        try await connection.query(
            """
              WITH waiting AS (
                   SELECT t.id, t.settled_at, t.ordinal,
                          coalesce(t.origin->>'kind', '') <> 'production'
                          OR EXISTS (SELECT 1
                                       FROM tasks e
                                       JOIN commits c ON c.id = e.commit AND c.finished_at IS NOT NULL
                                      WHERE e.project = t.project AND e.row_id = t.row_id) AS is_in_dataset
                     FROM tasks t
                    WHERE t.project = \(project) AND t.settled_at IS NOT NULL AND t.commit IS NULL
                      AND (t.refused_at IS NOT NULL) = \(choice.wasRefused)::boolean AND t.row_id <> ALL(\(choice.without)::text[])
                    ORDER BY t.settled_at, t.ordinal
                    LIMIT \(most)),
                   sized AS (
                   SELECT w.id, w.is_in_dataset, row_number() OVER (ORDER BY w.settled_at, w.ordinal) AS place,
                          sum(CASE WHEN w.is_in_dataset THEN 0 ELSE octet_length(t.input::text) + octet_length(t.context::text) END)
                            OVER (ORDER BY w.settled_at, w.ordinal) AS bytes
                     FROM waiting w
                     JOIN tasks t ON t.id = w.id)
            SELECT t.id, t.row_id, t.label::text AS label, t.is_tied, t.answers, t.selection::text AS selection, t.origin::text AS origin,
                   CASE WHEN s.is_in_dataset THEN '{}' ELSE t.input::text END AS input,
                   CASE WHEN s.is_in_dataset THEN '{}' ELSE t.context::text END AS context,
                   (SELECT coalesce(jsonb_agg(a.label ORDER BY a.created_at), '[]') FROM annotations a WHERE a.task = t.id)::text AS answered,
                   s.is_in_dataset
              FROM sized s
              JOIN tasks t ON t.id = s.id
             WHERE s.bytes <= \(mostBytes) OR s.place = 1
             ORDER BY s.place
               FOR UPDATE OF t
            """
        ).map(SettledTask.init(row:))
    }

    private func tell(_ result: LabelCommit, _ commit: PendingCommit, capability: String?, on connection: Connection) async throws {
        guard case .object(var data) = try WireJSON.value(result) else { return }
        data["project"] = .string(commit.project)
        data["capability"] = capability.map { .string($0) }
        let event = EventEnvelope(
            source: ServiceName.labeling.eventSource, type: EventType.labelsCommitted, subject: commit.project, data: .object(data))
        try await log.append(event, on: connection)
    }
}

extension SettledTask {
    init(row: Row) throws {
        var seen = Set<JSONValue>()
        self.init(
            id: try row.decode("id", as: String.self), rowID: try row.decode("row_id", as: String.self),
            input: try row.json("input", as: [String: JSONValue].self), context: try row.json("context", as: [String: JSONValue].self),
            label: try row.json("label", as: JSONValue.self), isTied: try row.decode("is_tied", as: Bool.self),
            answered: try row.json("answered", as: [JSONValue].self).filter { seen.insert($0).inserted },
            answers: try row.decode("answers", as: Int.self), selection: try row.optionalJSON("selection", as: Selection.self),
            origin: try row.optionalJSON("origin", as: RowOrigin.self),
            isInDataset: try row.decode("is_in_dataset", as: Bool.self))
    }
}
