/// What is wrong with an inference request: one sentence that names the tensor and what was expected.
public struct InferenceFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }

    init(_ fault: JSONFault) { description = "the request is not as expected: \(fault)" }
}
