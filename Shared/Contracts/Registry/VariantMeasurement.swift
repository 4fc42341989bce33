/// What a variant costs and how its answers differ from its parent's, measured beside it in turns on one machine.
public struct VariantMeasurement: Sendable, Hashable, Codable {
    /// Milliseconds of one call, by percentile.
    public struct Latency: Sendable, Hashable, Codable {
        public var p50: Double
        public var p95: Double
        public var p99: Double

        public init(p50: Double, p95: Double, p99: Double) {
            self.p50 = p50
            self.p95 = p95
            self.p99 = p99
        }
    }

    /// A metric on one slice, of both models on the same rows.
    public struct Slice: Sendable, Hashable, Codable {
        /// Nil for all rows.
        public var slice: String?
        public var metric: String
        public var rows: Int
        public var parent: Double
        public var variant: Double
        /// `variant - parent`, with the ends of its paired 95 % interval.
        public var delta: Double
        public var low: Double
        public var high: Double

        public init(
            slice: String?, metric: String, rows: Int, parent: Double, variant: Double, delta: Double,
            low: Double, high: Double
        ) {
            self.slice = slice
            self.metric = metric
            self.rows = rows
            self.parent = parent
            self.variant = variant
            self.delta = delta
            self.low = low
            self.high = high
        }
    }

    /// Processor and cores of the machine.
    public var machine: String
    /// Threads that one call used.
    public var threads: Int
    /// Milliseconds until a session can be asked, in the median.
    public var loadMilliseconds: Double
    public var parentLoadMilliseconds: Double
    /// One row a call.
    public var single: Latency
    public var parentSingle: Latency
    /// Rows of a batch, and rows a second with it.
    public var batch: Int
    public var rowsPerSecond: Double
    public var parentRowsPerSecond: Double
    /// Rows on which answers were compared.
    public var rows: Int
    /// Share of rows whose most likely class is the same; nil when there are no classes.
    public var topOneAgreement: Double?
    /// Share of equal labels; nil when there are none.
    public var equalLabels: Double?
    public var maximumError: Double
    public var meanError: Double
    public var slices: [Slice]

    public init(
        machine: String, threads: Int, loadMilliseconds: Double, parentLoadMilliseconds: Double,
        single: Latency, parentSingle: Latency,
        batch: Int, rowsPerSecond: Double, parentRowsPerSecond: Double, rows: Int,
        topOneAgreement: Double?, equalLabels: Double?,
        maximumError: Double, meanError: Double, slices: [Slice]
    ) {
        self.machine = machine
        self.threads = threads
        self.loadMilliseconds = loadMilliseconds
        self.parentLoadMilliseconds = parentLoadMilliseconds
        self.single = single
        self.parentSingle = parentSingle
        self.batch = batch
        self.rowsPerSecond = rowsPerSecond
        self.parentRowsPerSecond = parentRowsPerSecond
        self.rows = rows
        self.topOneAgreement = topOneAgreement
        self.equalLabels = equalLabels
        self.maximumError = maximumError
        self.meanError = meanError
        self.slices = slices
    }
}
