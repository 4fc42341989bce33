import Cryptography
import Foundation
import Synchronization

/// What identity took back: keys and subjects, and the role generation below which a subject's tokens are dead.
///
/// Looked at for every request, also when the token's signature is remembered. Entries are kept for longer than any token lives.
public final class DenyList: Sendable {
    private struct State {
        var keys: [String: Date] = [:]
        var subjects: [String: Date] = [:]
        var generations: [String: Int] = [:]
    }

    /// Tokens live for 24 hours at most.
    static let retention = Duration.seconds(25 * 3_600)
    private let state = Mutex(State())
    private let changes = Atomic(0)

    public init() {}

    /// Another number after every change: what was allowed at this one still is.
    var revision: Int { changes.load(ordering: .acquiring) }

    /// Refuses every token of an API key from now on.
    public func revoke(key: String, at now: Date = .now) {
        change { state in
            state.keys = state.keys.filter { Self.isKept($0.value, at: now) }
            state.keys[key] = now
        }
    }

    /// Refuses every token of a subject from now on.
    public func revoke(subject: String, at now: Date = .now) {
        change { state in
            state.subjects = state.subjects.filter { Self.isKept($0.value, at: now) }
            state.subjects[subject] = now
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changes.add(1, ordering: .releasing)
    }

    private static func isKept(_ revoked: Date, at now: Date) -> Bool {
        now.timeIntervalSince(revoked) < Double(retention.components.seconds)
    }

    /// Refuses tokens of a subject that are older than a role generation. A lower number than is known changes nothing.
    public func require(generation: Int, of subject: String) {
        change { $0.generations[subject] = max(generation, $0.generations[subject] ?? 0) }
    }

    /// Forgets everything, before the log of revocations is read anew.
    public func reset() {
        change { $0 = State() }
    }

    /// Whether the token that said this still counts.
    public func allows(_ claims: TokenClaims) -> Bool {
        state.withLock { state in
            if let key = claims.keyId, state.keys[key] != nil { return false }
            if state.subjects[claims.sub] != nil { return false }
            if let actor = claims.act?.sub, state.subjects[actor] != nil { return false }
            return claims.gen >= state.generations[claims.sub] ?? 0
        }
    }
}
