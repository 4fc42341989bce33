/// A claimed job. Whoever holds an older fence may not commit any more.
struct Job: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case run
        case suite
    }

    let kind: Kind
    let id: String
    let fence: Int
    /// How often it was claimed, this time included.
    let attempt: Int
}

/// The job belongs to another worker now, or is done.
struct LeaseLost: Error {}
