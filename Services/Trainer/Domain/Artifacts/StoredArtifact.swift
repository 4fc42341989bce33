import Contracts

/// A file of artifacts as its row has it.
struct StoredArtifact: Sendable, Hashable {
    let path: String
    let digest: Digest
    let bytes: Int
}
