/// What must follow from a perturbation.
public struct Expectation: Sendable, Hashable, Codable {
    /// Which way the output moves.
    public enum Direction: String, Sendable, Codable, CaseIterable {
        case increases
        case decreases
        case doesNotIncrease
        case doesNotDecrease
    }

    public var output: String
    /// The class whose probability is meant, where the output has one for each.
    public var `class`: JSONValue?
    public var direction: Direction

    public init(output: String, class: JSONValue? = nil, direction: Direction) {
        self.output = output
        self.class = `class`
        self.direction = direction
    }
}
