import Contracts
import Cryptography
import Foundation
import Postgres

/// Lends tasks. A task's row lock guards how many people have it; a labeler's advisory lock guards how many tasks one person has.
struct LeaseStore: Sendable {
    /// Tries when others hold the locks of all tasks that are left.
    private static let attempts = 5
    /// Tasks that are looked at in one transaction before it gives up.
    private static let candidates = 20

    let database: Database
    /// How long a task is lent.
    let period: Duration

    private enum Outcome: Sendable {
        case lent(TaskLease)
        case contended
        case nothing
    }

    /// Lends a task, or gives again what the person holds; nil when there is nothing to do.
    ///
    /// - Parameters:
    ///   - wantsGold: a task with a known answer is tried first, and only where ordinary work is left: alone it would stand out.
    ///   - held: the lease of a task in the person's hand, which is not given again.
    func lend(_ project: String, to labeler: String, wantsGold: Bool, besides held: String?) async throws -> TaskLease? {
        for attempt in 1...Self.attempts {
            let outcome = try await database.transaction { connection in
                try await lend(project, to: labeler, wantsGold: wantsGold, besides: held, on: connection)
            }
            switch outcome {
            case .lent(let lease): return lease
            case .nothing: return nil
            case .contended: try await Task.sleep(for: .milliseconds(Int.random(in: 1...(4 << attempt))))
            }
        }
        return nil
    }

    private func lend(
        _ project: String, to labeler: String, wantsGold: Bool, besides held: String?, on connection: Connection
    ) async throws -> Outcome {
        _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\("lease:" + project + ":" + labeler), 0))")
        if let present = try await present(project, labeler, besides: held, on: connection) { return .lent(present) }
        var full: [String] = []
        for _ in 0..<Self.candidates {
            guard let task = try await candidate(project, labeler, without: full, on: connection) else { break }
            guard try await hasRoom(task.id, on: connection) else {
                full.append(task.id)
                continue
            }
            let gold = wantsGold ? try await goldTask(project, labeler, on: connection) : nil
            return .lent(try await grant(gold ?? task, to: labeler, on: connection))
        }
        let isLeft = try await connection.query("SELECT 1 AS one FROM tasks t WHERE \(Self.open(project, labeler)) LIMIT 1")
        return isLeft.isEmpty ? .nothing : .contended
    }

    /// What the person holds, the lease in hand left out.
    private func present(
        _ project: String, _ labeler: String, besides held: String?, on connection: Connection
    ) async throws -> TaskLease? {
        try await connection.query(
            """
            SELECT t.id, t.project, t.input::text AS input, t.context::text AS context, l.token, l.expires_at
              FROM leases l
              JOIN tasks t ON t.id = l.task
             WHERE t.project = \(project) AND l.labeler = \(labeler) AND l.ended_at IS NULL AND l.expires_at > clock_timestamp()
               AND l.token IS DISTINCT FROM \(held)::text
             ORDER BY l.granted_at
             LIMIT 1
            """
        ).first.map { row in
            TaskLease(
                task: try LabelingTask(row: row), lease: try row.decode("token", as: String.self),
                expiresAt: try row.decode("expires_at", as: Date.self))
        }
    }

    /// Tasks that a person may be lent: answers are missing, the person did not answer, skip or take it.
    private static func open(_ project: String, _ labeler: String) -> SQL {
        """
        t.project = \(project) AND t.settled_at IS NULL AND t.gold IS NULL
               AND t.answers + (SELECT count(*)
                                  FROM leases l
                                 WHERE l.task = t.id AND l.ended_at IS NULL AND l.expires_at > clock_timestamp()) < t.needed
               AND \(untouched(by: labeler))
        """
    }

    private static func untouched(by labeler: String) -> SQL {
        """
        NOT EXISTS (SELECT 1 FROM annotations a WHERE a.task = t.id AND a.labeler = \(labeler))
               AND NOT EXISTS (SELECT 1
                                 FROM leases l
                                WHERE l.task = t.id AND l.labeler = \(labeler)
                                  AND (l.outcome = 'skipped' OR l.ended_at IS NULL AND l.expires_at > clock_timestamp()))
        """
    }

    /// Locks the next task: those that others have answered first, so that labels settle early.
    private func candidate(
        _ project: String, _ labeler: String, without full: [String], on connection: Connection
    ) async throws -> LabelingTask? {
        try await connection.query(
            """
            SELECT t.id, t.project, t.input::text AS input, t.context::text AS context
              FROM tasks t
             WHERE \(Self.open(project, labeler)) AND t.id <> ALL(\(full)::text[])
             ORDER BY t.answers DESC, t.ordinal
             LIMIT 1
               FOR UPDATE OF t SKIP LOCKED
            """
        ).first.map(LabelingTask.init(row:))
    }

    /// Counts again under the lock: the statement that found the task may have read leases before another transaction ended.
    private func hasRoom(_ task: String, on connection: Connection) async throws -> Bool {
        let rows = try await connection.query(
            """
            SELECT t.settled_at IS NULL
                   AND t.answers + (SELECT count(*)
                                      FROM leases l
                                     WHERE l.task = t.id AND l.ended_at IS NULL AND l.expires_at > clock_timestamp()) < t.needed AS has_room
              FROM tasks t
             WHERE t.id = \(task)
            """)
        return try rows.first?.decode("has_room", as: Bool.self) ?? false
    }

    /// A gold task that the person has not seen, in an order of the person's own.
    private func goldTask(_ project: String, _ labeler: String, on connection: Connection) async throws -> LabelingTask? {
        try await connection.query(
            """
            SELECT t.id, t.project, t.input::text AS input, t.context::text AS context
              FROM tasks t
             WHERE t.project = \(project) AND t.gold IS NOT NULL
               AND \(Self.untouched(by: labeler))
             ORDER BY hashtextextended(t.id || \(labeler), 0)
             LIMIT 1
               FOR UPDATE OF t SKIP LOCKED
            """
        ).first.map(LabelingTask.init(row:))
    }

    private func grant(_ task: LabelingTask, to labeler: String, on connection: Connection) async throws -> TaskLease {
        try await connection.execute(
            """
            UPDATE leases SET ended_at = expires_at, outcome = 'expired'
             WHERE task = \(task.id) AND ended_at IS NULL AND expires_at <= clock_timestamp()
            """)
        let token = hexadecimal(randomBytes(16))
        let rows = try await connection.query(
            """
            INSERT INTO leases (token, task, labeler, granted_at, expires_at)
                 VALUES (\(token), \(task.id), \(labeler), clock_timestamp(),
                         clock_timestamp() + make_interval(secs => \(period / .seconds(1))::double precision))
              RETURNING expires_at
            """)
        guard let expiry = try rows.first?.decode("expires_at", as: Date.self) else { throw Problem(.conflict, retryAfter: 1) }
        return TaskLease(task: task, lease: token, expiresAt: expiry)
    }
}
