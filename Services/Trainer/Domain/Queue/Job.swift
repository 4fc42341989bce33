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
    /// Its time was over before it was claimed.
    var isOverdue = false

    var key: Key { Key(kind: kind, id: id) }
}

/// The job belongs to another worker now, or is done.
struct LeaseLost: Error {}
