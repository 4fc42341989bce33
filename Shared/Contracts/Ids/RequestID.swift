import Cryptography

/// The id that the server gives a request: 32 lower-case hexadecimal digits, 128 random bits.
///
/// It follows the request through prediction, exposure, feedback, label, dataset row, run and model version. The gateway makes it
/// (and overwrites what a client sent); a service that is called past the gateway makes one itself.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
    /// The 32 digits.
    public let description: String

    /// A new random id.
    public init() {
        description = hexadecimal(randomBytes(16))
    }

    /// Reads an id; nil unless it is 32 lower-case hexadecimal digits.
    @inlinable
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
        description = String(text)
    }
}

extension RequestID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = RequestID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected 32 lower-case hexadecimal digits")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
