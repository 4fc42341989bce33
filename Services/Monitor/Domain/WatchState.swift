import Contracts
import Foundation

/// What the watch over a capability knows from one look to the next; pure, so that every path through it can be tested.
///
/// An alarm fires once, when its condition has been bad for long enough, and resolves once when it has been clean for long enough.
struct WatchState: Sendable, Hashable, Codable {
    /// The course of one alarm.
    struct Track: Sendable, Hashable, Codable {
        /// The firing alarm's id.
        var firing: String?
        /// The promotion under which it fired.
        var firedUnder: Date?
        /// Looks in a row.
        var bad = 0
        var clean = 0
    }

    enum Change: Sendable, Hashable {
        case fired(Reading, id: String)
        /// `nil` where nothing watches the condition any more.
        case resolved(Reading?, id: String)
    }

    /// Where a champion's own traffic begins: what it answered as a challenger, or in a former term, is not looked at.
    struct Base: Sendable, Hashable, Codable {
        /// Number of the last prediction before the promotion.
        var seq = 0
        /// Rows up to it.
        var rows = 0
    }

    /// The champion that is watched now.
    var champion: Int?
    var promotedAt: Date?
    var base: Base?
    /// Windows of its traffic that have been looked at, the reference included.
    var windows = 0
    /// Its rows at the last look.
    var rows = 0
    /// The newest feedback at the last look.
    var feedback = 0
    var tracks: [AlarmKey: Track] = [:]

    /// A new champion starts anew: its own traffic is the reference, and no look at another one counts.
    /// - Returns: whether it is a new one, whose base is then to be found.
    @discardableResult
    mutating func follow(champion version: Int, promotedAt: Date = .distantPast) -> Bool {
        guard champion != version || self.promotedAt != promotedAt else { return false }
        champion = version
        self.promotedAt = promotedAt
        base = nil
        windows = 0
        rows = 0
        for key in tracks.keys {
            tracks[key]?.bad = 0
            tracks[key]?.clean = 0
        }
        return true
    }

    /// Notes what a look said and gives what changed. Alarms outside `plan` are resolved.
    mutating func note(_ readings: [Reading], plan: Set<AlarmKey>, newID: () -> String) -> [Change] {
        var changes: [Change] = []
        for (key, track) in tracks where !plan.contains(key) {
            if let id = track.firing { changes.append(.resolved(nil, id: id)) }
            tracks[key] = nil
        }
        return changes + readings.compactMap { note($0, newID: newID) }
    }

    private mutating func note(_ reading: Reading, newID: () -> String) -> Change? {
        var track = tracks[reading.key, default: Track()]
        defer { tracks[reading.key] = track }
        switch reading.outcome {
        case .bad:
            track.bad += 1
            track.clean = 0
        case .clean:
            track.clean += 1
            track.bad = 0
        case .unclear:
            // A drift needs windows in a row; an unclear one breaks the row.
            track.bad = 0
        }
        if let id = track.firing {
            guard track.clean >= looksToResolve(reading.key, track) else { return nil }
            track = Track()
            return .resolved(reading, id: id)
        }
        guard track.bad >= Self.looksToFire(reading.key) else { return nil }
        let id = newID()
        track = Track(firing: id, firedUnder: promotedAt)
        return .fired(reading, id: id)
    }

    /// Windows differ by chance, so drift takes two in a row; the interval of a metric says by itself how sure it is.
    private static func looksToFire(_ key: AlarmKey) -> Int { key.kind == .drift ? 2 : 1 }

    /// Under the champion that it fired under, a drift has to be gone for two windows; a new champion's reference is new as well.
    private func looksToResolve(_ key: AlarmKey, _ track: Track) -> Int {
        key.kind == .drift && track.firedUnder == promotedAt ? 2 : 1
    }
}
