import Contracts
import Foundation
import Logging
import Postgres
import Statistics
import TestSupport
import Testing

@testable import TrainerService

@Suite("The end of a search")
struct SearchEndTests {
    @Test("a cancellation that is under way while the trials are compared is not lost, and nothing is registered")
    func cancelled() async throws {
        try await withTrainerDatabase { url in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let database = Database(url: url, schema: "trainer", maximumConnections: 8, logger: logger)
            defer { database.close() }
            try await database.migrate(TrainerMigrations.all)
            let searches = SearchStore(database: database)
            let asked = NewSearch(
                capability: "digits", strategy: .grid, space: ["l2": SearchRange(values: [1])])
            let record = try Digits.record(try Digits.manifest())
            let id = try await searches.add(asked, of: record, by: "key:1") { _, _ in }.id
            try await database.execute("DELETE FROM jobs")
            try await database.transaction { try await JobQueue.add(.search, id, team: "documents", on: $0) }
            let claimed = try await JobQueue(database: database).claim(worker: "w", lease: .seconds(60))
            let job = try #require(claimed)
            let trials = try await searches.trials(id).map { trial in
                var trial = trial
                trial.value = 0.9
                return trial
            }
            let rows = try ScoredRows(labels: [0, 1], predictions: [0, 1], probabilities: [], classes: 2)
            let board = try Leaderboard(trials, metric: try Metric.named("accuracy")) { _ in rows }
            #expect(board.crowned != nil)

            let finishing = try await database.transaction { connection in
                try await connection.execute("UPDATE searches SET state = 'cancelled', ended_at = now() WHERE id = \(id)")
                let finishing = Task { try await searches.finish(job, board) }
                try await eventually {
                    let waiting = try await database.query(
                        """
                        SELECT count(*) AS waiting
                          FROM pg_stat_activity
                         WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """)
                    return try waiting.first?.decode("waiting", as: Int.self) == 1 ? nil : "it does not wait for the cancellation"
                }
                return finishing
            }
            try await finishing.value

            let search = try await searches.find(id).record
            #expect(search.state == .cancelled)
            #expect(search.registering == nil)
            let unbound = try await database.query("SELECT count(*) AS runs FROM runs WHERE search IS NULL")
            #expect(try unbound.first?.decode("runs", as: Int.self) == 0)
        }
    }
}
