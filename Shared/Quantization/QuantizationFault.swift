/// Why a variant of a model is not made.
public struct QuantizationFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
