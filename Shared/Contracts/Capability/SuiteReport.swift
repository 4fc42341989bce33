import Foundation

/// What a run of a capability's tests found. The registry stores it by (model digest, manifest revision, test split version).
public struct SuiteReport: Sendable, Hashable, Codable {
    public var id: String
    public var capability: String
    /// Digest of the model that was tested.
    public var model: Digest
    /// Its version in the registry, when it has one.
    public var version: Int?
    public var manifestRevision: Int
    /// The dataset version whose test split was used.
    public var dataset: DatasetReference
    /// Version of the model that regression tests compared with.
    public var champion: Int?
    public var startedAt: Date
    public var seconds: Double
    public var results: [TestResult]

    public init(
        id: String, capability: String, model: Digest, version: Int?, manifestRevision: Int, dataset: DatasetReference, champion: Int?,
        startedAt: Date, seconds: Double, results: [TestResult]
    ) {
        self.id = id
        self.capability = capability
        self.model = model
        self.version = version
        self.manifestRevision = manifestRevision
        self.dataset = dataset
        self.champion = champion
        self.startedAt = startedAt
        self.seconds = seconds
        self.results = results
    }

    /// Fail when a test failed or a blocking one was inconclusive, else pass.
    public var passed: Bool {
        results.allSatisfy { $0.verdict == .pass || ($0.verdict == .inconclusive && !$0.blocking) }
    }
}

/// What one test found, with its numbers.
public struct TestResult: Sendable, Hashable, Codable {
    public enum Verdict: String, Sendable, Codable {
        case pass
        case fail
        case inconclusive
    }

    public var name: String
    public var kind: String
    public var verdict: Verdict
    /// Whether an inconclusive verdict blocks a gate.
    public var blocking: Bool
    public var metric: String?
    public var slice: String?
    /// The metric, or for a regression test the difference to the champion.
    public var value: Double?
    /// Ends of the 95 % interval of `value`.
    public var low: Double?
    public var high: Double?
    /// What `value` was compared with.
    public var bound: Double?
    /// Rows that counted.
    public var rows: Int
    /// One sentence for a person.
    public var message: String
    /// Slice that more labeled rows would help, when the test failed or could not tell.
    public var needs: CapabilityManifest.DataSection.Need?

    public init(
        name: String, kind: String, verdict: Verdict, blocking: Bool, metric: String? = nil, slice: String? = nil, value: Double? = nil,
        low: Double? = nil, high: Double? = nil, bound: Double? = nil, rows: Int, message: String,
        needs: CapabilityManifest.DataSection.Need? = nil
    ) {
        self.name = name
        self.kind = kind
        self.verdict = verdict
        self.blocking = blocking
        self.metric = metric
        self.slice = slice
        self.value = value
        self.low = low
        self.high = high
        self.bound = bound
        self.rows = rows
        self.message = message
        self.needs = needs
    }
}
