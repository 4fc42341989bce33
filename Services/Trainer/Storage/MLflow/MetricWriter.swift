import Contracts
import MLflow
import Postgres
import Synchronization

/// Writes metrics of many requests in one statement: what comes while a statement is under way goes with the next one.
///
/// The first request in line sends the statement for all that wait, and hands the lead on; nothing waits for a timer.
final class MetricWriter: Sendable {
    /// Metrics of a request for a run, in the name of whoever sent it.
    private struct Order: Sendable {
        let run: String
        let points: [MetricPoint]
        let scope: TeamScope
    }

    private enum Turn: Sendable {
        case lead([Waiter])
        case done(Result<Void, any Error>)
    }

    private struct Waiter: Sendable {
        let order: Order
        /// Nil for the one who leads.
        let turn: CheckedContinuation<Turn, Never>?
    }

    private struct State {
        var waiting: [Waiter] = []
        var leaders = 0
    }

    /// Statements at once: one more may gather rows while another waits for its commit.
    private static let mostLeaders = 2

    private let database: Database
    private let state = Mutex(State())

    init(database: Database) { self.database = database }

    /// Writes a run's metrics. Throws when there is no such run, when it is put away, and when it is another team's.
    func write(_ points: [MetricPoint], to run: String, scope: TeamScope) async throws {
        let order = Order(run: run, points: points, scope: scope)
        let turn: Turn = await withCheckedContinuation { continuation in
            let leads = state.withLock { state in
                guard state.leaders < Self.mostLeaders else {
                    state.waiting.append(Waiter(order: order, turn: continuation))
                    return false
                }
                state.leaders += 1
                return true
            }
            if leads { continuation.resume(returning: .lead([])) }
        }
        switch turn {
        case .done(let result): try result.get()
        case .lead(let followers): try await lead(order, followers).get()
        }
    }

    /// Writes for all, tells the followers, and hands the lead to whoever waits now.
    private func lead(_ own: Order, _ followers: [Waiter]) async -> Result<Void, any Error> {
        let orders = [own] + followers.map(\.order)
        // The leader may be cancelled: that must not stop what the others wait for.
        let results = await Task { await self.results(of: orders) }.value
        let next = state.withLock { state -> [Waiter] in
            defer { state.waiting = [] }
            if state.waiting.isEmpty { state.leaders -= 1 }
            return state.waiting
        }
        if let leader = next.first { leader.turn?.resume(returning: .lead(Array(next.dropFirst()))) }
        for (follower, result) in zip(followers, results.dropFirst()) { follower.turn?.resume(returning: .done(result)) }
        return results[0]
    }

    private func results(of orders: [Order]) async -> [Result<Void, any Error>] {
        do {
            let runs = try await Self.write(orders, in: database)
            return orders.map { order in Result { try Self.judge(order, runs[order.run]) } }
        } catch  where orders.count > 1 {
            // One request's fault must not be the others'.
            var results: [Result<Void, any Error>] = []
            for order in orders { results += await self.results(of: [order]) }
            return results
        } catch {
            return [.failure(error)]
        }
    }

    private static func judge(_ order: Order, _ run: (team: String, stage: String)?) throws {
        guard let run else { throw MLflowError.runNotFound(order.run) }
        try order.scope.require(run.team)
        guard run.stage == LifecycleStage.active.rawValue else { throw MLflowError.runNotActive(order.run, stage: run.stage) }
    }

    /// Writes what may be written, and gives the runs that there are.
    private static func write(_ orders: [Order], in database: Database) async throws -> [String: (team: String, stage: String)] {
        let rows = orders.flatMap { order in order.points.map { (order, $0) } }
        let given: SQL = """
            unnest(\(rows.map(\.0.run))::text[], \(rows.map { $0.0.scope.reachesAll ? "" : $0.0.scope.team })::text[],
                   \(rows.map(\.1.key))::text[], \(rows.map(\.1.at))::bigint[], \(rows.map(\.1.step))::bigint[],
                   \(rows.map(\.1.value))::float8[])
            """
        let found = try await database.query(
            """
            WITH open AS (
                     SELECT g.run COLLATE "C" AS run, g.key COLLATE "C" AS key, g.at, g.step, g.value
                       FROM \(given) AS g (run, team, key, at, step, value)
                            JOIN tracked_runs AS r
                              ON r.id = g.run
                      WHERE r.stage = 'active' AND (g.team = '' OR r.team = g.team)),
                 \(points("open"))
            SELECT id, team, stage
              FROM tracked_runs
             WHERE id = ANY(\(Array(Set(orders.map(\.run))))::text[])
            """)
        return Dictionary(
            try found.map { (try $0.decode("id"), (team: try $0.decode("team"), stage: try $0.decode("stage"))) },
            uniquingKeysWith: { $1 })
    }

    /// Parts of a statement that keep the points of a table `run, key, at, step, value`. Rows are changed in one order everywhere, so that
    /// statements wait for each other in one direction.
    static func points(_ table: SQL) -> SQL {
        """
        kept AS (
                     INSERT INTO tracked_metrics (run, key, at, step, value)
                          SELECT run, key, at, step, value FROM \(table) ORDER BY run, key, at, step, value
                     ON CONFLICT DO NOTHING),
                 newest AS (
                     INSERT INTO tracked_latest AS l (run, key, at, step, value)
                          SELECT DISTINCT ON (run, key) run, key, at, step, value
                            FROM \(table)
                           ORDER BY run, key, step DESC, at DESC, value DESC
                     ON CONFLICT (run, key) DO UPDATE
                             SET at = excluded.at, step = excluded.step, value = excluded.value
                           WHERE (excluded.step, excluded.at, excluded.value) > (l.step, l.at, l.value))
        """
    }
}
