import Contracts

/// A dataset with what only this service knows of it.
struct Dataset: Sendable, Hashable {
    let record: DatasetRecord
    /// Salt of its splits; it never changes.
    let splitSalt: String
}
