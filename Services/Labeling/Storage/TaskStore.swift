import Contracts
import Foundation
import Postgres

struct TaskStore: Sendable {
    let database: Database

    /// Where a task belongs.
    struct Place: Sendable {
        let project: String
        let isGold: Bool
    }

    /// Adds tasks; a row that the project was given for the same reason before is left as it is. Gives the number of new ones.
    ///
    /// - Parameter remember: keeps the answer in the same transaction, so that a repetition finds it even after a crash.
    func add(
        _ tasks: [NewTask], reason: String, project: String, rules: LabelingRules,
        remember: @escaping @Sendable (Int, Connection) async throws -> Void = { _, _ in }
    ) async throws -> Int {
        try await database.transaction { connection in
            let created = try await Self.add(tasks, reason: reason, project: project, rules: rules, on: connection)
            try await remember(created, connection)
            return created
        }
    }

    private static func add(
        _ tasks: [NewTask], reason: String, project: String, rules: LabelingRules, on connection: Connection
    ) async throws -> Int {
        func texts(_ value: (NewTask) throws -> (any Encodable)?) throws -> [String] {
            try tasks.map { task in try value(task).map { try jsonText($0) } ?? "" }
        }
        let ids = tasks.map { _ in UUID().uuidString.lowercased() }
        let gold = try tasks.map { task in try task.gold.flatMap(rules.choice).map { try jsonText($0) } ?? "" }
        return try await connection.execute(
            """
            INSERT INTO tasks (id, project, row_id, reason, input, context, prediction, gold, selection, origin, needed, most)
                 SELECT t.id, \(project), t.row_id, \(reason), t.input::jsonb, t.context::jsonb, nullif(t.prediction, '')::jsonb,
                        nullif(t.gold, '')::jsonb, nullif(t.selection, '')::jsonb, nullif(t.origin, '')::jsonb,
                        \(rules.overlap)::integer, \(rules.mostAnswers)::integer
                   FROM unnest(\(ids)::text[], \(tasks.map(\.rowId))::text[], \(try texts { $0.input })::text[],
                               \(try texts { $0.context ?? [:] })::text[], \(try texts { $0.prediction })::text[], \(gold)::text[],
                               \(try texts { $0.selection })::text[], \(try texts { $0.origin })::text[])
                        WITH ORDINALITY AS t (id, row_id, input, context, prediction, gold, selection, origin, place)
                  ORDER BY t.place
            ON CONFLICT (project, row_id, reason) DO NOTHING
            """)
    }

    /// Rows that need not be asked for: known for this reason, or on their way into the dataset. A gold task brings its row no label.
    func busyRows(of project: String, reason: String) async throws -> Set<String> {
        let rows = try await database.query(
            """
            SELECT DISTINCT t.row_id
              FROM tasks t
              LEFT JOIN commits c ON c.id = t.commit
             WHERE t.project = \(project) AND (t.reason = \(reason) OR t.gold IS NULL AND c.finished_at IS NULL)
            """)
        return Set(try rows.map { try $0.decode("row_id", as: String.self) })
    }

    /// The project of a task. Throws `taskUnknown`.
    func place(of task: String) async throws -> Place {
        let rows = try await database.query("SELECT project, gold IS NOT NULL AS is_gold FROM tasks WHERE id = \(task)")
        guard let row = rows.first else { throw Problem(.taskUnknown, "There is no task \(task).") }
        return Place(project: try row.decode("project", as: String.self), isGold: try row.decode("is_gold", as: Bool.self))
    }

    /// Tasks in the order they came, after a cursor; those with a settled label alone, those without alone, or all.
    func list(
        of project: String, after ordinal: Int, settled: Bool?, limit: Int
    ) async throws -> [(ordinal: Int, task: LabelingTask)] {
        try await database.query(
            """
            SELECT ordinal, id, project, input::text AS input, context::text AS context, prediction::text AS prediction
              FROM tasks
             WHERE project = \(project) AND ordinal > \(ordinal)
               AND (\(settled)::boolean IS NULL OR (settled_at IS NOT NULL) = \(settled)::boolean)
             ORDER BY ordinal
             LIMIT \(limit)
            """
        ).map { row in
            var task = try LabelingTask(row: row)
            task.prediction = try row.optionalJSON("prediction", as: JSONValue.self)
            return (try row.decode("ordinal", as: Int.self), task)
        }
    }
}

extension LabelingTask {
    /// A task without what the model said, which would lead a labeler on.
    init(row: Row) throws {
        self.init(
            id: try row.decode("id", as: String.self), project: try row.decode("project", as: String.self),
            input: try row.json("input", as: [String: JSONValue].self), context: try row.json("context", as: [String: JSONValue].self))
    }
}
