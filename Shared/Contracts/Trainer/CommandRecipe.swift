/// A program that trains a model.
public struct CommandRecipe: Sendable, Hashable, Codable {
    /// What the program may take.
    public struct Resources: Sendable, Hashable, Codable {
        public var memoryBytes: Int?
        /// Seconds of processor time.
        public var cpuSeconds: Int?
        /// Processes and threads at once.
        public var processes: Int?
        /// Largest file that it may write, in bytes.
        public var fileBytes: Int?

        public init(memoryBytes: Int? = nil, cpuSeconds: Int? = nil, processes: Int? = nil, fileBytes: Int? = nil) {
            self.memoryBytes = memoryBytes
            self.cpuSeconds = cpuSeconds
            self.processes = processes
            self.fileBytes = fileBytes
        }
    }

    /// The working directory: an uploaded tar archive, gzipped or not.
    public var archive: Digest
    /// The program and its arguments; looked up in the working directory and in PATH.
    public var command: [String]
    public var environment: [String: String]?
    /// Path in the archive of pip's requirements with hashes, from which the program's own environment is made.
    public var lock: String?
    public var resources: Resources?
    /// Whether it may reach more than the tracking server.
    public var network: Bool?
    /// Commit that the working directory was at.
    public var commit: String?
    /// Uploaded text of the uncommitted changes.
    public var diff: Digest?

    public init(
        archive: Digest, command: [String], environment: [String: String]? = nil, lock: String? = nil, resources: Resources? = nil,
        network: Bool? = nil, commit: String? = nil, diff: Digest? = nil
    ) {
        self.archive = archive
        self.command = command
        self.environment = environment
        self.lock = lock
        self.resources = resources
        self.network = network
        self.commit = commit
        self.diff = diff
    }
}
