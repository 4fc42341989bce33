/// What is wrong with an inference request: one sentence that names the tensor and what was expected.
public struct InferenceFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Names in it are the client's: of a long one the begin is enough.
    public let description: String
    /// Whether the request is larger than what is taken.
    public let isTooLarge: Bool

    private static let longest = 1_000

    public init(_ description: String, isTooLarge: Bool = false) {
        self.description = description.utf8.count <= Self.longest ? description : description.prefix(Self.longest) + "…"
        self.isTooLarge = isTooLarge
    }

    init(_ fault: JSONFault) { self.init("the request is not as expected: \(fault)") }
}
