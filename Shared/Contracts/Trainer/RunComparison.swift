/// What two runs have in common: the answer to whether a run can be reproduced.
public struct RunComparison: Sendable, Hashable, Codable {
    /// How the results relate.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// The models are the same to the byte.
        case identical
        /// The models differ, and every metric is the same within the tolerance.
        case withinTolerance
        /// A metric differs by more.
        case differs
        /// One of the runs has not succeeded.
        case incomplete
    }

    /// A field in which the runs differ.
    public struct Difference: Sendable, Hashable, Codable {
        /// Whether the field goes into a run or comes out of it.
        public enum Role: String, Sendable, Codable, CaseIterable {
            case input
            case result
        }

        /// Path of the field, as `parameters.l2` or `environment.blas`.
        public var field: String
        public var role: Role
        /// The value in the first run; absent when it has none.
        public var first: JSONValue?
        public var second: JSONValue?

        public init(field: String, role: Role, first: JSONValue? = nil, second: JSONValue? = nil) {
            self.field = field
            self.role = role
            self.first = first
            self.second = second
        }
    }

    public var first: String
    public var second: String
    public var verdict: Verdict
    /// Largest difference of a metric that counts as the same, relative to the larger of 1 and its size.
    public var tolerance: Double
    /// In order of field, inputs before results.
    public var differences: [Difference]

    public init(first: String, second: String, verdict: Verdict, tolerance: Double, differences: [Difference]) {
        self.first = first
        self.second = second
        self.verdict = verdict
        self.tolerance = tolerance
        self.differences = differences
    }
}
