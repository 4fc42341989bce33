/// The code that made a run's model.
public struct RunCode: Sendable, Hashable, Codable {
    /// SHA-256 of the archive of a command recipe, or of the trainer's executable for a recipe of its own.
    public var digest: Digest
    /// Commit that the working directory was at.
    public var commit: String?
    /// SHA-256 of the uncommitted changes as `git diff` prints them; absent when there were none.
    public var diff: Digest?

    public init(digest: Digest, commit: String? = nil, diff: Digest? = nil) {
        self.digest = digest
        self.commit = commit
        self.diff = diff
    }
}
