/// A claimed job. Whoever holds an older fence may not commit any more.
struct Job: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case run
        case suite
        case variants
        case search
    }

    /// What a job is about.
    struct Key: Sendable, Hashable {
        let kind: Kind
        let id: String
    }

    let kind: Kind
    let id: String
    let fence: Int
    /// How often it was claimed, this time included.
    let attempt: Int
    /// Workers that ended over it, one after the other, without letting it go.
    var losses = 0
    /// Its time was over before it was claimed.
    var isOverdue = false

    /// Whether no other attempt follows, though one may have come as far as to tell others of its result.
    var isLast: Bool { isOverdue || attempt >= RetryPolicy.attempts || losses >= RetryPolicy.losses }

    var key: Key { Key(kind: kind, id: id) }
}

/// The job belongs to another worker now, or is done.
struct LeaseLost: Error {}
