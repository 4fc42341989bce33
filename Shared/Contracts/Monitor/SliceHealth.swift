/// How one slice does in the newest window.
public struct SliceHealth: Sendable, Hashable, Codable {
    public var slice: String
    public var rows: Int
    public var labeled: Int
    public var psi: Double?
    /// The feature that drifted most.
    public var worstInput: String?
    public var accuracy: Double?
    public var accuracyLow: Double?
    public var accuracyHigh: Double?

    public init(
        slice: String, rows: Int, labeled: Int, psi: Double? = nil, worstInput: String? = nil, accuracy: Double? = nil,
        accuracyLow: Double? = nil, accuracyHigh: Double? = nil
    ) {
        self.slice = slice
        self.rows = rows
        self.labeled = labeled
        self.psi = psi
        self.worstInput = worstInput
        self.accuracy = accuracy
        self.accuracyLow = accuracyLow
        self.accuracyHigh = accuracyHigh
    }
}
