import Synchronization

/// Remembers tokens whose signature was good, so that it is not computed again for each request.
///
/// Two generations bound it: when the young one is full it becomes the old one, and what is used moves back.
final class TokenCache: Sendable {
    private struct State {
        var young: [String: Admission] = [:]
        var old: [String: Admission] = [:]
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// A cache of at most twice `capacity` tokens.
    init(capacity: Int = 4_096) {
        self.capacity = capacity
    }

    subscript(token: String) -> Admission? {
        state.withLock { state in
            if let entry = state.young[token] { return entry }
            guard let entry = state.old[token] else { return nil }
            Self.insert(entry, token, &state, capacity)
            return entry
        }
    }

    func insert(_ entry: Admission, for token: String) {
        state.withLock { Self.insert(entry, token, &$0, capacity) }
    }

    var count: Int { state.withLock { $0.young.count + $0.old.count } }

    private static func insert(_ entry: Admission, _ token: String, _ state: inout State, _ capacity: Int) {
        if state.young.count >= capacity {
            state.old = state.young
            state.young = [:]
        }
        state.young[token] = entry
    }
}
