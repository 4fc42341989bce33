import Contracts
import Foundation

/// An HTTP answer as it came over the wire.
public struct ProbeAnswer: Sendable {
    public let status: Int
    /// Names in lower case, in the order given.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

    /// The first header of a name.
    public subscript(header name: String) -> String? {
        headers.first { $0.name == name.lowercased() }?.value
    }

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    public var json: JSONValue {
        (try? WireJSON.decode(JSONValue.self, from: Data(body))) ?? .null
    }

    /// The body as a contract type.
    public func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try WireJSON.decode(type, from: Data(body))
    }
}
