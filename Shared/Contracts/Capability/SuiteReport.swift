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
    /// Digest of the ids and labels of the rows that counted: the test split's own version.
    public var split: Digest?
    /// Blob with what the model said of each row that counted, so that two reports can be compared row by row.
    public var rows: Digest?
    /// Where time and memory were measured.
    public var machine: MachineProfile?
    /// Seeds that the recipe was fitted with, where the suite was run over seeds.
    public var seeds: [Int]?
    public var results: [TestResult]

    public init(
        id: String, capability: String, model: Digest, version: Int?, manifestRevision: Int, dataset: DatasetReference, champion: Int?,
        startedAt: Date, seconds: Double, split: Digest? = nil, rows: Digest? = nil, machine: MachineProfile? = nil, seeds: [Int]? = nil,
        results: [TestResult]
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
        self.split = split
        self.rows = rows
        self.machine = machine
        self.seeds = seeds
        self.results = results
    }

    /// Fail when a test failed or a blocking one was inconclusive, else pass.
    public var passed: Bool {
        results.allSatisfy { result in
            switch result.verdict {
            case .pass: true
            case .fail: false
            case .inconclusive, .flaky: !result.blocking
            }
        }
    }
}

/// What one test found, with its numbers.
public struct TestResult: Sendable, Hashable, Codable {
    public enum Verdict: String, Sendable, Codable {
        case pass
        case fail
        case inconclusive
        /// Passes with some seeds and fails with others.
        case flaky
    }

    /// One group, perturbation, example or check of a test, with its own numbers.
    public struct Part: Sendable, Hashable, Codable {
        public var name: String
        public var verdict: Verdict?
        public var value: Double?
        public var low: Double?
        public var high: Double?
        public var rows: Int?

        public init(
            name: String, verdict: Verdict? = nil, value: Double? = nil, low: Double? = nil, high: Double? = nil, rows: Int? = nil
        ) {
            self.name = name
            self.verdict = verdict
            self.value = value
            self.low = low
            self.high = high
            self.rows = rows
        }
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
    /// How long the test took.
    public var seconds: Double?
    /// What the value is made of.
    public var parts: [Part]?
    /// Labeled rows of the test split that would settle an inconclusive verdict, beyond those there are.
    public var moreRows: Int?
    /// Share of seeds with which the test passed.
    public var passShare: Double?

    public init(
        name: String, kind: String, verdict: Verdict, blocking: Bool, metric: String? = nil, slice: String? = nil, value: Double? = nil,
        low: Double? = nil, high: Double? = nil, bound: Double? = nil, rows: Int, message: String,
        needs: CapabilityManifest.DataSection.Need? = nil, seconds: Double? = nil, parts: [Part]? = nil, moreRows: Int? = nil,
        passShare: Double? = nil
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
        self.seconds = seconds
        self.parts = parts
        self.moreRows = moreRows
        self.passShare = passShare
    }
}
