/// Two reports on one capability, row by row: the content of `mesh test --compare`.
public struct SuiteComparison: Sendable, Hashable, Codable {
    /// A row that one model has right and the other wrong.
    public struct Row: Sendable, Hashable, Codable {
        public var id: String
        public var label: JSONValue
        public var before: JSONValue
        public var after: JSONValue
        /// Slices that it is in.
        public var slices: [String]

        public init(id: String, label: JSONValue, before: JSONValue, after: JSONValue, slices: [String]) {
            self.id = id
            self.label = label
            self.before = before
            self.after = after
            self.slices = slices
        }
    }

    /// The rows of one slice, or all of them.
    public struct Group: Sendable, Hashable, Codable {
        /// Absent for all rows.
        public var slice: String?
        public var rows: Int
        /// Rows that were right and are wrong now.
        public var broken: Int
        /// Rows that were wrong and are right now.
        public var mended: Int
        /// McNemar's mid-p value: how likely a difference this large is by chance.
        public var pValue: Double

        public init(slice: String?, rows: Int, broken: Int, mended: Int, pValue: Double) {
            self.slice = slice
            self.rows = rows
            self.broken = broken
            self.mended = mended
            self.pValue = pValue
        }
    }

    /// A test in both reports.
    public struct Change: Sendable, Hashable, Codable {
        public var test: String
        /// Absent where that report has no such test.
        public var before: TestResult.Verdict?
        public var after: TestResult.Verdict?
        public var valueBefore: Double?
        public var valueAfter: Double?

        public init(
            test: String, before: TestResult.Verdict?, after: TestResult.Verdict?, valueBefore: Double? = nil, valueAfter: Double? = nil
        ) {
            self.test = test
            self.before = before
            self.after = after
            self.valueBefore = valueBefore
            self.valueAfter = valueAfter
        }
    }

    /// Id of the first report.
    public var before: String
    /// Id of the second report.
    public var after: String
    /// Whether both used the same rows with the same labels.
    public var isSameSplit: Bool
    /// Rows that only one of the reports used, or that have another label in it: they are not compared.
    public var onlyBefore: Int
    public var onlyAfter: Int
    /// All rows first, then the slices with most flips.
    public var groups: [Group]
    /// In the order of their ids; at most as many as were asked for of each kind.
    public var broken: [Row]
    public var mended: [Row]
    public var tests: [Change]

    public init(
        before: String, after: String, isSameSplit: Bool, onlyBefore: Int, onlyAfter: Int, groups: [Group], broken: [Row], mended: [Row],
        tests: [Change]
    ) {
        self.before = before
        self.after = after
        self.isSameSplit = isSameSplit
        self.onlyBefore = onlyBefore
        self.onlyAfter = onlyAfter
        self.groups = groups
        self.broken = broken
        self.mended = mended
        self.tests = tests
    }
}
