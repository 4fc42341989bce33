/// Which bounds of a capability's tests today's rows can decide: the power calculation of `mesh test --plan`.
public struct SuitePlan: Sendable, Hashable, Codable {
    /// One test.
    public struct Line: Sendable, Hashable, Codable {
        public var name: String
        public var kind: String
        public var metric: String?
        public var slice: String?
        public var bound: Double?
        /// Labeled rows of the test split that count for it.
        public var rows: Int
        /// The true value that the calculation takes: what the last report found, else one that clears the bound half-way to the best.
        public var value: Double?
        /// Whether `value` comes from a report.
        public var isObserved: Bool
        /// Whether these rows decide the bound at that value; absent where no number of rows matters to the test.
        public var isDecidable: Bool?
        /// Rows in all that decide it at that value; absent where none would, or rows do not matter.
        public var rowsNeeded: Int?
        /// How far above or below the bound a true value must lie for today's rows to decide it.
        public var smallestDistance: Double?
        /// One sentence for a person.
        public var message: String

        public init(
            name: String, kind: String, metric: String? = nil, slice: String? = nil, bound: Double? = nil, rows: Int, value: Double? = nil,
            isObserved: Bool = false, isDecidable: Bool? = nil, rowsNeeded: Int? = nil, smallestDistance: Double? = nil, message: String
        ) {
            self.name = name
            self.kind = kind
            self.metric = metric
            self.slice = slice
            self.bound = bound
            self.rows = rows
            self.value = value
            self.isObserved = isObserved
            self.isDecidable = isDecidable
            self.rowsNeeded = rowsNeeded
            self.smallestDistance = smallestDistance
            self.message = message
        }
    }

    public var capability: String
    public var manifestRevision: Int
    /// The dataset version whose rows are counted.
    public var dataset: DatasetReference
    /// The report whose values are taken, where there is one.
    public var report: String?
    /// Level of the intervals, 0.95.
    public var level: Double
    /// Chance with which a bound is decided, 0.8.
    public var power: Double
    /// In the manifest's order.
    public var tests: [Line]

    public init(
        capability: String, manifestRevision: Int, dataset: DatasetReference, report: String? = nil, level: Double, power: Double,
        tests: [Line]
    ) {
        self.capability = capability
        self.manifestRevision = manifestRevision
        self.dataset = dataset
        self.report = report
        self.level = level
        self.power = power
        self.tests = tests
    }
}
