/// A change of a row's input after which the model's answer has to stay, or to move one way. Values stay within the declared range.
public struct Perturbation: Sendable, Hashable, Codable {
    /// One element of the input, moved.
    public struct Change: Sendable, Hashable, Codable {
        /// Index in the row, in row-major order.
        public var element: Int
        public var by: Double

        public init(element: Int, by: Double) {
            self.element = element
            self.by = by
        }
    }

    /// Name of the input; may be left out where there is one.
    public var input: String?
    /// Every element times this factor; each factor is tried by itself.
    public var scale: [Double]?
    /// This much added to every element; each is tried by itself.
    public var shift: [Double]?
    /// Standard deviation of normal noise from a fixed seed.
    public var noise: Double?
    /// Elements that are moved together.
    public var change: [Change]?
    /// Words of a text and what takes their place.
    public var replace: [String: String]?

    public init(
        input: String? = nil, scale: [Double]? = nil, shift: [Double]? = nil, noise: Double? = nil, change: [Change]? = nil,
        replace: [String: String]? = nil
    ) {
        self.input = input
        self.scale = scale
        self.shift = shift
        self.noise = noise
        self.change = change
        self.replace = replace
    }
}
