extension CapabilityManifest {
    /// How inference serves the capability's models.
    public struct Serving: Sendable, Hashable, Codable {
        /// Requests that wait for each other a moment are run as one.
        public struct Batching: Sendable, Hashable, Codable {
            /// Most rows of one run.
            public var maximumRows: Int
            /// How long the first request of a batch waits for others.
            public var maximumDelayMicroseconds: Int
            /// Sizes at which a batch is run at once, ascending.
            public var preferredRows: [Int]?

            public init(maximumRows: Int, maximumDelayMicroseconds: Int, preferredRows: [Int]? = nil) {
                self.maximumRows = maximumRows
                self.maximumDelayMicroseconds = maximumDelayMicroseconds
                self.preferredRows = preferredRows
            }
        }

        /// What the prediction log keeps.
        public struct Log: Sendable, Hashable, Codable {
            /// Share of requests whose data is kept, from 0 to 1; all when absent.
            public var sample: Double?
            /// Inputs that are never kept.
            public var redact: [String]?
            /// Most bytes of one request's data.
            public var maximumBytes: Int?

            public init(sample: Double? = nil, redact: [String]? = nil, maximumBytes: Int? = nil) {
                self.sample = sample
                self.redact = redact
                self.maximumBytes = maximumBytes
            }
        }

        /// Whether and how requests are merged; the server decides by a measurement when absent.
        public var batching: Batching?
        /// Threads within one run; 1 when absent.
        public var threads: Int?
        /// Execution provider of ONNX Runtime, as `cpu`.
        public var provider: String?
        /// Most requests that wait for the model; more are refused with 429.
        public var queue: Int?
        public var log: Log?
        /// Bytes of answers that are kept and given again for equal requests; none when absent.
        public var cacheBytes: Int?

        public init(
            batching: Batching? = nil, threads: Int? = nil, provider: String? = nil, queue: Int? = nil, log: Log? = nil,
            cacheBytes: Int? = nil
        ) {
            self.batching = batching
            self.threads = threads
            self.provider = provider
            self.queue = queue
            self.log = log
            self.cacheBytes = cacheBytes
        }
    }
}
