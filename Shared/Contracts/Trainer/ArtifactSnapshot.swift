/// A folder of artifacts as it was: nothing changes it any more.
public struct ArtifactSnapshot: Sendable, Hashable, Codable {
    /// One file of the folder.
    public struct File: Sendable, Hashable, Codable {
        /// Below the folder, in UTF-8.
        public var path: String
        /// Under which the blob store of the mesh keeps its bytes.
        public var digest: Digest
        public var bytes: Int

        public init(path: String, digest: Digest, bytes: Int) {
            self.path = path
            self.digest = digest
            self.bytes = bytes
        }
    }

    /// Digest of the team, the paths and the files' digests.
    public var id: Digest
    /// Where MLflow's clients find it: `mlflow-artifacts:/snapshots/<id>`.
    public var uri: String
    public var team: String
    /// The MLflow run that made the artifacts, when one did.
    public var run: String?
    /// By path.
    public var files: [File]

    public init(id: Digest, uri: String, team: String, run: String? = nil, files: [File]) {
        self.id = id
        self.uri = uri
        self.team = team
        self.run = run
        self.files = files
    }
}
