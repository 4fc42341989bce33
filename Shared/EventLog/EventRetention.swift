import Contracts
import Foundation
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Deletes old events that nobody will read any more. One service of the mesh runs it, see ``DatabaseBootstrap``.
///
/// Events out of which readers build their state stay for ever, so that a service that is new, or whose schema is, starts from the log
/// alone; they are few and small. What grows (reports of up to megabytes, ended runs, alarms, revocations) goes after a while.
public struct EventRetention: Service {
    /// Types whose events stay.
    public static let kept = [
        EventType.capabilityApplied, EventType.versionRegistered, EventType.aliasMoved, EventType.aliasRemoved,
        EventType.datasetCommitted, EventType.experimentChanged,
    ]
    /// Long enough to look into what happened last month.
    public static let standard = Duration.seconds(30 * 86_400)

    private static let batch = 1_000
    private static let pause = Duration.seconds(3_600)

    let database: Database
    let keep: Duration
    let logger: Logger

    /// - Parameter keep: how long events stay, 26 hours at least.
    public init(database: Database, keep: Duration, logger: Logger) {
        self.database = database
        self.keep = keep
        self.logger = logger
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    Counter(label: "mesh_events_pruned").increment(by: try await prune())
                } catch is CancellationError {
                } catch {
                    logger.warning("old events were not deleted", metadata: ["error": "\(String(reflecting: error))"])
                }
            } while (try? await Task.sleep(for: Self.pause, tolerance: .seconds(300))) != nil
        }
    }

    /// Deletes what may go and gives how many events that were. Batches keep each transaction short, since readers wait for it.
    func prune() async throws -> Int {
        var total = 0
        while true {
            let rows = try await database.query(
                """
                SELECT events.prune(make_interval(secs => \(Double(keep.components.seconds))), \(Self.kept), \(Self.batch)::integer)
                       AS deleted
                """)
            let deleted = try rows.first?.decode("deleted", as: Int.self) ?? 0
            total += deleted
            if deleted < Self.batch { return total }
        }
    }
}
