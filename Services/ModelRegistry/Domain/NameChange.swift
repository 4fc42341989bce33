import Contracts

/// A way in which a name of a capability's model may come to mean something else.
struct NameChange: Sendable, Hashable {
    /// What is asked for. All ways are judged alike, by what the name means before and after; the way back is known by its history.
    enum Way: Sendable, Hashable, CaseIterable {
        /// The name is pointed to a version.
        case set
        /// The name is taken away, as when its version is deleted.
        case remove
        /// Another name takes its place.
        case rename
        /// A version comes into the stage that the name stands for, or leaves it.
        case stage
        /// The name goes back to what it meant before.
        case rollback
        /// The version stays, and its files become others.
        case artifacts
    }

    /// What a name means.
    struct Target: Sendable, Hashable {
        let version: Int
        let model: Digest
    }

    let alias: String
    let way: Way
    let before: Target?
    let after: Target?
}
