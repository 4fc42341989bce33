/// Why bytes are not the JSON that was expected, and where.
public struct JSONFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let message: String
    /// Byte at which it shows.
    public let offset: Int

    public var description: String { "\(message) at byte \(offset)" }
}
