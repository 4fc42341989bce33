/// Values that a search tries for one parameter: a list, or the numbers between two bounds.
public struct SearchRange: Sendable, Hashable, Codable {
    /// How numbers are drawn and spaced.
    public enum Scale: String, Sendable, Codable, CaseIterable {
        case linear
        case logarithmic
    }

    public var values: [JSONValue]?
    public var minimum: Double?
    public var maximum: Double?
    /// Linear when absent.
    public var scale: Scale?
    /// Whether only whole numbers count.
    public var whole: Bool?
    /// Points that a grid takes between the bounds, both included.
    public var points: Int?

    public init(
        values: [JSONValue]? = nil, minimum: Double? = nil, maximum: Double? = nil, scale: Scale? = nil, whole: Bool? = nil,
        points: Int? = nil
    ) {
        self.values = values
        self.minimum = minimum
        self.maximum = maximum
        self.scale = scale
        self.whole = whole
        self.points = points
    }
}
