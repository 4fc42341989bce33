import Contracts

/// How a model is served: from the `serving` section of its manifest, or from `<model>/config.json` where a folder is served.
struct ModelSettings: Sendable, Hashable, Codable {
    /// Requests that wait for each other a moment are run as one.
    struct Batching: Sendable, Hashable, Codable {
        /// Most rows of one run; 1 is none but its own.
        var maximumRows: Int
        /// How long the first request of a batch waits for others.
        var maximumDelay: Duration
        /// Sizes at which a batch is run at once, ascending.
        var preferredRows: [Int]
    }

    /// What the prediction log keeps of a model's requests.
    struct LogPolicy: Sendable, Hashable, Codable {
        /// Share of requests whose data is kept, from 0 to 1.
        var sample = 1.0
        /// Inputs that are never kept.
        var redacted: Set<String> = []
        /// Most bytes of one request's data.
        var maximumBytes = KeptData.standardBytes
    }

    /// Requests of one model that may wait where nothing else is said; more are refused at once.
    static let standardQueue = 256

    /// Threads within one run: callers bring the parallelism, so one serves most requests a second.
    var threads = 1
    /// Execution provider of ONNX Runtime.
    var provider = "cpu"
    /// Nil where a measurement at load decides.
    var batching: Batching?
    /// Most requests that wait.
    var queue = standardQueue
    /// Bytes of answers that are kept and given again for equal requests.
    var cacheBytes = 0
    var log = LogPolicy()

    /// The settings of a manifest's section.
    init(_ serving: CapabilityManifest.Serving? = nil, queue standard: Int = standardQueue) {
        queue = serving?.queue ?? standard
        guard let serving else { return }
        threads = serving.threads ?? threads
        provider = serving.provider ?? provider
        cacheBytes = serving.cacheBytes ?? cacheBytes
        batching = serving.batching.map {
            Batching(
                maximumRows: $0.maximumRows, maximumDelay: .microseconds($0.maximumDelayMicroseconds), preferredRows: $0.preferredRows ?? []
            )
        }
        if let policy = serving.log {
            log = LogPolicy(
                sample: policy.sample ?? log.sample, redacted: Set(policy.redact ?? []),
                maximumBytes: min(policy.maximumBytes ?? log.maximumBytes, KeptData.mostBytes))
        }
    }
}
