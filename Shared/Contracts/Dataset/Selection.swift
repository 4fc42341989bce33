/// How a row came to be asked for.
public struct Selection: Sendable, Hashable, Codable {
    /// Why the row was chosen.
    public enum Method: String, Sendable, Codable, CaseIterable {
        case all
        case random
        case uncertainty
        case slice
        case alarm
    }

    public var method: Method
    /// Chance that the row had of being chosen.
    public var probability: Double?
    /// Name of the slice or id of the alarm.
    public var reason: String?

    public init(method: Method, probability: Double? = nil, reason: String? = nil) {
        self.method = method
        self.probability = probability
        self.reason = reason
    }
}
