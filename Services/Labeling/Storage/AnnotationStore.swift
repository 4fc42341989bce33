import Contracts
import Foundation
import Postgres

/// Takes answers and skips. Each is judged under the task's row lock, by the clock and not by the transaction's start: a lease that ran
/// out while the answer waited for the lock is lost, since another person may have been lent the task.
struct AnnotationStore: Sendable {
    let database: Database

    private struct Held: Sendable {
        let isLive: Bool
        let outcome: String?
    }

    /// Stores an answer. The same again changes nothing; another one under the same lease corrects it, while the lease lasts and no
    /// commit has the label. Throws `leaseLost`.
    func answer(
        _ answer: NewAnnotation, label: JSONValue, task: String, labeler: String, rules: LabelingRules
    ) async throws -> Annotation {
        try await database.transaction { connection in
            let isCommitted = try await lock(task, on: connection)
            let held = try await lease(answer.lease, task: task, labeler: labeler, on: connection)
            if let given = try await annotation(of: answer.lease, on: connection) {
                if given.label == label { return given }
                guard held.isLive, !isCommitted else { throw Self.lost }
                try await connection.execute(
                    "UPDATE annotations SET label = \(try jsonText(label))::jsonb, changed_at = clock_timestamp() WHERE id = \(given.id)")
            } else {
                guard held.isLive, held.outcome == nil else { throw Self.lost }
                try await insert(answer, label: label, task: task, labeler: labeler, on: connection)
                try await end(answer.lease, "answered", on: connection)
            }
            if !isCommitted { try await settle(task, rules, on: connection) }
            guard let stored = try await annotation(of: answer.lease, on: connection) else { throw Self.lost }
            return stored
        }
    }

    /// Gives a task back; the person is not lent it again. Twice does no harm. Throws `leaseLost`.
    func skip(_ token: String, task: String, labeler: String) async throws {
        try await database.transaction { connection in
            _ = try await lock(task, on: connection)
            let held = try await lease(token, task: task, labeler: labeler, on: connection)
            if held.outcome == "skipped" { return }
            guard held.isLive, held.outcome == nil else { throw Self.lost }
            try await end(token, "skipped", on: connection)
        }
    }

    private static let lost = Problem(.leaseLost, "The task went back to the others: take the next one.")

    /// Locks the task; whether a commit has its label.
    private func lock(_ task: String, on connection: Connection) async throws -> Bool {
        let rows = try await connection.query("SELECT commit IS NOT NULL AS is_committed FROM tasks WHERE id = \(task) FOR UPDATE")
        guard let row = rows.first else { throw Problem(.taskUnknown, "There is no task \(task).") }
        return try row.decode("is_committed", as: Bool.self)
    }

    private func lease(_ token: String, task: String, labeler: String, on connection: Connection) async throws -> Held {
        let rows = try await connection.query(
            """
            SELECT expires_at > clock_timestamp() AS is_live, outcome
              FROM leases
             WHERE token = \(token) AND task = \(task) AND labeler = \(labeler)
            """)
        guard let row = rows.first else { throw Self.lost }
        return Held(isLive: try row.decode("is_live", as: Bool.self), outcome: try row.decode("outcome", as: String?.self))
    }

    private func annotation(of lease: String, on connection: Connection) async throws -> Annotation? {
        try await connection.query(
            "SELECT id, task, labeler, label::text AS label, created_at FROM annotations WHERE lease = \(lease)"
        ).first.map { row in
            Annotation(
                id: try row.decode("id", as: String.self), task: try row.decode("task", as: String.self),
                labeler: try row.decode("labeler", as: String.self), label: try row.json("label", as: JSONValue.self),
                createdAt: try row.decode("created_at", as: Date.self))
        }
    }

    private func insert(
        _ answer: NewAnnotation, label: JSONValue, task: String, labeler: String, on connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO annotations (id, task, lease, labeler, label, lead_time_milliseconds, created_at, changed_at)
                 VALUES (\(UUID().uuidString.lowercased()), \(task), \(answer.lease), \(labeler), \(try jsonText(label))::jsonb,
                         \(answer.leadTimeMilliseconds), clock_timestamp(), clock_timestamp())
            """)
    }

    private func end(_ token: String, _ outcome: String, on connection: Connection) async throws {
        try await connection.execute(
            "UPDATE leases SET ended_at = clock_timestamp(), outcome = \(outcome) WHERE token = \(token)")
    }

    /// Counts the answers anew and settles the label, asks for one more person, or opens it again after a correction.
    private func settle(_ task: String, _ rules: LabelingRules, on connection: Connection) async throws {
        // An answer that is no choice any more decides nothing: as many people are asked instead.
        let answers = try await connection.query("SELECT label::text AS label FROM annotations WHERE task = \(task)").map {
            try $0.json("label", as: JSONValue.self)
        }.filter(rules.choices.contains)
        let bounds = try await connection.query("SELECT needed, most, gold IS NOT NULL AS is_gold FROM tasks WHERE id = \(task)")
        guard let row = bounds.first else { return }
        guard try !row.decode("is_gold", as: Bool.self) else {
            try await connection.execute("UPDATE tasks SET answers = \(answers.count) WHERE id = \(task)")
            return
        }
        let settlement = Settlement(
            answers: answers, choices: rules.choices, needed: try row.decode("needed", as: Int.self), agreement: rules.agreement,
            most: try row.decode("most", as: Int.self))
        switch settlement {
        case .waits(let needed):
            try await connection.execute(
                """
                UPDATE tasks
                   SET answers = \(answers.count), needed = \(needed), settled_at = NULL, label = NULL, is_tied = FALSE
                 WHERE id = \(task)
                """)
        case .settled(let label, let isTied):
            try await connection.execute(
                """
                UPDATE tasks
                   SET answers = \(answers.count), settled_at = clock_timestamp(), label = \(try jsonText(label))::jsonb, is_tied = \(isTied)
                 WHERE id = \(task)
                """)
        }
    }
}
