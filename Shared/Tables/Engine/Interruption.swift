import CDuckDB
import Dispatch
import Foundation

/// Ends a statement of one connection from another thread: when its time is up or its task was cancelled.
///
/// `@unchecked Sendable`: the members are used under the lock only, and the connection not after `finish()`.
final class Interruption: @unchecked Sendable {
    /// The engine forgets an interruption that comes just before a statement begins, so it is repeated.
    private static let repetition = DispatchTimeInterval.milliseconds(20)

    private let api: OpaquePointer
    private let lock = NSLock()
    private var connection: OpaquePointer?
    private var cause: TableError.Kind?
    private var isOver = false

    init(api: OpaquePointer) { self.api = api }

    /// Why the statement was ended, if it was.
    var reason: TableError.Kind? { lock.withLock { cause } }

    /// From now on the connection is interrupted when something fires.
    func begin(_ connection: OpaquePointer) {
        lock.lock()
        self.connection = connection
        lock.unlock()
    }

    func finish() {
        lock.lock()
        connection = nil
        isOver = true
        lock.unlock()
    }

    func fire(_ reason: TableError.Kind) {
        lock.lock()
        let goesOn = !isOver
        if goesOn {
            cause = cause ?? reason
            if let connection { mesh_duckdb_interrupt(api, connection) }
        }
        lock.unlock()
        if goesOn { DispatchQueue.global().asyncAfter(deadline: .now() + Self.repetition) { self.fire(reason) } }
    }

    /// Fires when a time is over; the item is to be cancelled when the statement is done.
    func arm(after limit: Duration) -> DispatchWorkItem {
        let item = DispatchWorkItem { self.fire(.timeLimit) }
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let wait = nanoseconds.overflow ? Int.max / 2 : nanoseconds.partialValue + Int(attoseconds / 1_000_000_000)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(wait), execute: item)
        return item
    }
}
