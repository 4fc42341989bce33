/// Why rows cannot be explained as asked: one sentence that names the option and what was expected.
public struct ExplanationFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
