/// Which features matter to a model, the most important first, and how that was found.
public struct ImportanceReport: Sendable, Hashable, Codable {
    /// How it was found.
    public enum Method: String, Sendable, Codable, CaseIterable {
        /// Rise of the loss when a feature is shuffled (Breiman 2001).
        case permutation
        /// |weight| times the deviation of the feature, meaned over the classes.
        case weights
        /// Not found: the features are a backbone's, or too many to be shuffled in the time of a run.
        case none
    }

    public let method: Method
    /// Rows that it was measured on.
    public let rows: Int
    public let features: [NamedImportance]

    public init(method: Method, rows: Int, features: [NamedImportance]) {
        self.method = method
        self.rows = rows
        self.features = features.sorted { ($0.importance, $1.feature) > ($1.importance, $0.feature) }
    }

    public static let none = ImportanceReport(method: .none, rows: 0, features: [])
}
