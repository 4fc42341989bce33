/// A claimed piece of a batch job. Whoever holds an older fence may not commit any more.
struct BatchTask: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        /// Reads the input once, counts its rows and cuts them into shards.
        case prepare
        /// Predicts some rows and writes them as a part.
        case shard
        /// Puts the parts together.
        case join
    }

    let job: String
    /// Among the shards, from 0; -1 for what is no shard.
    let place: Int
    let kind: Kind
    let first: Int
    let rows: Int
    let fence: Int
    /// How often it was claimed, this time included.
    let attempt: Int
}

/// The task belongs to another worker now, or its job has ended.
struct BatchLeaseLost: Error {}
