import Foundation
import Logging
import Synchronization

/// One connection that listens for all channels of a database object, made anew when it breaks.
final class NotificationHub: Sendable {
    private struct State {
        var listeners: [String: [Int: AsyncStream<String>.Continuation]] = [:]
        var link: PipelinedConnection?
        var nextID = 0
        var isRunning = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let parameters: String
    private let logger: Logger

    init(parameters: String, logger: Logger) {
        self.parameters = parameters
        self.logger = logger
    }

    /// Payloads of a channel. An empty one comes at first and after every reconnection, since something may have been missed.
    func listen(_ channel: String) -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            let (id, link, starts) = state.withLock { state in
                state.nextID += 1
                state.listeners[channel, default: [:]][state.nextID] = continuation
                defer { state.isRunning = true }
                return (state.nextID, state.link, !state.isRunning)
            }
            continuation.onTermination = { [weak self] _ in
                _ = self?.state.withLock { $0.listeners[channel]?.removeValue(forKey: id) }
            }
            if starts {
                connect()
            } else if let link {
                subscribe(link, [channel])
            }
        }
    }

    private func connect() {
        DispatchQueue.global().async { [self] in
            guard !state.withLock({ $0.isClosed }) else { return }
            do throws(DatabaseError) {
                let link = PipelinedConnection(try PipelinedConnection.open(parameters)) { [weak self] channel, payload in
                    self?.deliver(channel, payload)
                } onLoss: { [weak self] in
                    self?.reconnect()
                }
                link.start()
                let (channels, isClosed) = state.withLock { state in
                    state.link = link
                    return (Array(state.listeners.keys), state.isClosed)
                }
                if isClosed { link.close() } else { subscribe(link, channels) }
            } catch {
                logger.warning("the listening connection could not be made", metadata: ["error": "\(String(reflecting: error))"])
                reconnect()
            }
        }
    }

    private func subscribe(_ link: PipelinedConnection, _ channels: [String]) {
        for channel in channels {
            _ = link.submit("LISTEN " + SQL.quoted(channel), []) { [weak self] result in
                if case .success = result { self?.deliver(channel, "") }
            }
        }
    }

    private func deliver(_ channel: String, _ payload: String) {
        let continuations = state.withLock { $0.listeners[channel].map { Array($0.values) } ?? [] }
        for continuation in continuations { continuation.yield(payload) }
    }

    private func reconnect() {
        state.withLock { $0.link = nil }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(200)) { [weak self] in self?.connect() }
    }

    func close() {
        let (link, listeners) = state.withLock { state in
            state.isClosed = true
            defer { state.listeners = [:] }
            return (state.link, state.listeners.values.flatMap(\.values))
        }
        for listener in listeners { listener.finish() }
        link?.close()
    }
}
