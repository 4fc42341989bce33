/// What is wrong with an inference request: one sentence that names the tensor and what was expected.
public struct InferenceFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// Whether the request is larger than what is taken.
    public let isTooLarge: Bool

    public init(_ description: String, isTooLarge: Bool = false) {
        self.description = description
        self.isTooLarge = isTooLarge
    }

    init(_ fault: JSONFault) { self.init("the request is not as expected: \(fault)") }
}
