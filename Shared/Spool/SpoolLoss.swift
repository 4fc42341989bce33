/// Records that a full spool dropped; it travels with the next segment.
public struct SpoolLoss: Sendable, Hashable, Codable {
    /// What the dropped records were part of.
    public struct Key: Sendable, Hashable, Codable {
        public var kind: SpoolKind
        /// Nil for requests outside an experiment.
        public var experiment: String?
        /// The experiment's phase, where the writer knows it.
        public var phase: Int?

        public init(kind: SpoolKind, experiment: String? = nil, phase: Int? = nil) {
            self.kind = kind
            self.experiment = experiment
            self.phase = phase
        }
    }

    public var key: Key
    public var count: Int

    public init(key: Key, count: Int) {
        self.key = key
        self.count = count
    }
}
