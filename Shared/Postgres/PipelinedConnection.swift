import CLibPQ
import Foundation
import Synchronization

/// One connection in pipeline mode: statements are sent as they come, answers return in order.
///
/// Each statement ends in a Sync of its own, so that outside a transaction block each is its own transaction.
/// `@unchecked Sendable`: the PGconn and the queue are touched under the mutex only; libpq allows that from any thread.
final class PipelinedConnection: @unchecked Sendable, EventThread.Watched {
    typealias Completion = @Sendable (Result<ResultSet, DatabaseError>) -> Void

    private struct Operation {
        let completion: Completion
        /// Whether a Parse stands before the statement, and under which text it is remembered.
        let prepares: String?
        var rows: ResultSet?
        var fault: DatabaseError?
        let id: Int
    }

    private struct State {
        var queue: [Operation] = []
        var prepared: [String: String] = [:]
        /// Grows with every Prepare: a name is never used twice, also when a Prepare failed.
        var names = 0
        var isClosed = false
        /// The event thread's descriptor while it watches.
        var watched: Int32?
        var wantsWritable = false
        var nextID = 0
        var strays = StrayCancellations()
    }

    private let connection: OpaquePointer
    private let canceller: OpaquePointer?
    private let socket: Int32
    private let state = Mutex(State())
    private let onLoss: @Sendable () -> Void
    private let onNotification: (@Sendable (String, String) -> Void)?

    /// Takes over an open connection.
    init(
        _ connection: OpaquePointer, onNotification: (@Sendable (String, String) -> Void)? = nil, onLoss: @escaping @Sendable () -> Void
    ) {
        self.connection = connection
        self.onLoss = onLoss
        self.onNotification = onNotification
        canceller = PQgetCancel(connection)
        socket = PQsocket(connection)
        PQsetnonblocking(connection, 1)
        PQenterPipelineMode(connection)
    }

    deinit {
        if let canceller { PQfreeCancel(canceller) }
        PQfinish(connection)
    }

    func start() {
        let isWatched = state.withLock { state in
            state.watched = EventThread.shared.watch(socket, self)
            return state.watched != nil
        }
        if !isWatched { fail(DatabaseError(.unavailable, detail: "no descriptor is left")) }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Connects; blocks the calling thread for at most the connect time-out. Nil detail never reaches a client.
    static func open(_ url: String) throws(DatabaseError) -> OpaquePointer {
        guard let connection = PQconnectdb(url) else { throw DatabaseError(.unavailable) }
        guard PQstatus(connection) == CONNECTION_OK else {
            let detail = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
            PQfinish(connection)
            throw DatabaseError(.unavailable, detail: detail)
        }
        return connection
    }

    /// Sends a statement. The completion is called once, on the event thread or, when it cannot be sent, at once.
    func submit(_ text: String, _ values: [String?], completion: @escaping Completion) -> Int {
        let (id, fault) = state.withLock { state -> (Int, DatabaseError?) in
            state.nextID += 1
            let id = state.nextID
            if state.isClosed { return (id, DatabaseError(.connectionLost)) }
            let known = state.prepared[text]
            let name = known ?? "s\(state.names)"
            state.names += known == nil ? 1 : 0
            guard send(name: name, text: known == nil ? text : nil, values) else {
                return (id, DatabaseError(.connectionLost, detail: message))
            }
            state.prepared[text] = name
            state.queue.append(Operation(completion: completion, prepares: known == nil ? text : nil, id: id))
            flush(&state)
            return (id, nil)
        }
        if let fault { completion(.failure(fault)) }
        return id
    }

    /// Cancels a statement that is under way: the server is asked to stop it when it is at the head.
    func cancel(_ id: Int) {
        let isHead = state.withLock { $0.queue.first?.id == id }
        guard isHead, let canceller else { return }
        // PQcancel blocks until the server has taken the request; it opens a connection of its own.
        let request = UncheckedPointer(canceller)
        DispatchQueue.global().async { [self] in
            var buffer = [CChar](repeating: 0, count: 256)
            let isStillHead = state.withLock { state in
                guard state.queue.first?.id == id else { return false }
                state.strays.note(meantFor: id, at: .now)
                return true
            }
            if isStillHead { PQcancel(request.pointer, &buffer, 256) }
        }
    }

    /// Asks the server to stop whatever the connection does, for a caller who has it for himself. Blocks for a moment.
    func interrupt() {
        guard let canceller else { return }
        // It may come too late and reach the next statement; no statement has the id 0.
        state.withLock { $0.strays.note(meantFor: 0, at: .now) }
        var buffer = [CChar](repeating: 0, count: 256)
        PQcancel(canceller, &buffer, 256)
    }

    func close() {
        fail(DatabaseError(.connectionLost, detail: "closed"))
    }

    /// Leaves pipeline mode and blocking-waits for the body, off the event thread: for COPY and for files of several statements.
    /// The caller holds the connection for itself and nothing is under way.
    func withBlockingAccess<T: Sendable>(_ body: @escaping @Sendable (OpaquePointer) throws -> T) async throws -> T {
        let pointer = UncheckedPointer(connection)
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { [self] in
                guard stopWatching() else {
                    continuation.resume(throwing: DatabaseError(.connectionLost))
                    return
                }
                PQexitPipelineMode(pointer.pointer)
                PQsetnonblocking(pointer.pointer, 0)
                let result = Result { try body(pointer.pointer) }
                PQsetnonblocking(pointer.pointer, 1)
                let isUsable = PQstatus(pointer.pointer) == CONNECTION_OK && PQenterPipelineMode(pointer.pointer) == 1
                if isUsable { start() } else { fail(DatabaseError(.connectionLost)) }
                continuation.resume(with: result)
            }
        }
    }

    /// False when the connection is closed.
    private func stopWatching() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            if let descriptor = state.watched { EventThread.shared.forget(descriptor) }
            state.watched = nil
            return true
        }
    }

    private func send(name: String, text: String?, _ values: [String?]) -> Bool {
        if let text, PQsendPrepare(connection, name, text, 0, nil) != 1 { return false }
        let copies = values.map { value in value.map { strdup($0) } ?? nil }
        defer { copies.forEach { free($0) } }
        let pointers = copies.map { UnsafePointer<CChar>($0) }
        return PQsendQueryPrepared(connection, name, Int32(values.count), pointers, nil, nil, 0) == 1 && PQpipelineSync(connection) == 1
    }

    private func flush(_ state: inout State) {
        let rest = PQflush(connection)
        if (rest == 1) != state.wantsWritable {
            state.wantsWritable = rest == 1
            if let descriptor = state.watched { EventThread.shared.setWritable(descriptor, rest == 1) }
        }
    }

    func socketIsWritable() {
        state.withLock { if !$0.isClosed { flush(&$0) } }
    }

    func socketIsReadable() {
        var done: [(Operation, Result<ResultSet, DatabaseError>)] = []
        var notifications: [(String, String)] = []
        let lost = state.withLock { state -> Bool in
            guard !state.isClosed else { return false }
            guard PQconsumeInput(connection) == 1 else { return true }
            flush(&state)
            while let head = state.queue.first, PQisBusy(connection) == 0 {
                guard let result = PQgetResult(connection) else { continue }
                var operation = head
                if take(result, into: &operation, prepared: &state.prepared) {
                    state.queue.removeFirst()
                    done.append((operation, outcome(of: operation, &state)))
                } else {
                    state.queue[0] = operation
                }
            }
            while let notification = PQnotifies(connection) {
                notifications.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
                PQfreemem(notification)
            }
            return PQstatus(connection) != CONNECTION_OK
        }
        for (operation, result) in done { operation.completion(result) }
        for (channel, payload) in notifications { onNotification?(channel, payload) }
        if lost { fail(DatabaseError(.connectionLost, detail: message)) }
    }

    /// Takes one result; true when it was the Sync that ends the operation.
    private func take(_ result: OpaquePointer, into operation: inout Operation, prepared: inout [String: String]) -> Bool {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return true
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            operation.rows = ResultSet(result)
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
        default:
            if operation.fault == nil { operation.fault = Self.fault(result) }
            if operation.rows == nil, let text = operation.prepares { prepared[text] = nil }
            PQclear(result)
        }
        return false
    }

    private func outcome(of operation: Operation, _ state: inout State) -> Result<ResultSet, DatabaseError> {
        if var fault = operation.fault {
            if fault.kind == .cancelled { fault.isStray = state.strays.take(hitting: operation.id, at: .now) }
            return .failure(fault)
        }
        guard let rows = operation.rows else { return .failure(DatabaseError(.connectionLost, detail: "no result")) }
        return .success(rows)
    }

    static func fault(_ result: OpaquePointer) -> DatabaseError {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        return DatabaseError(
            sqlState: field(Int32(UInt8(ascii: "C"))) ?? "XX000", message: field(Int32(UInt8(ascii: "M"))) ?? "",
            constraint: field(Int32(UInt8(ascii: "n"))), column: field(Int32(UInt8(ascii: "c"))))
    }

    private var message: String { PQerrorMessage(connection).map { String(cString: $0) } ?? "" }

    private func fail(_ error: DatabaseError) {
        let ended = state.withLock { state -> (orphans: [Operation], descriptor: Int32?)? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            defer {
                state.queue = []
                state.watched = nil
            }
            return (state.queue, state.watched)
        }
        guard let (orphans, descriptor) = ended else { return }
        if let descriptor { EventThread.shared.forget(descriptor) }
        for operation in orphans { operation.completion(.failure(error)) }
        onLoss()
    }
}

/// A C pointer that crosses to another thread, where the caller guarantees its use.
struct UncheckedPointer: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }
}
