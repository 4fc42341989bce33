import Contracts
import Foundation

/// An answer, whatever its status.
public struct ClientResponse: Sendable {
    public let status: Int
    /// Header names in lower case; of repeated ones the last.
    public let headers: [String: String]
    public let body: [UInt8]

    public var isSuccess: Bool { (200..<300).contains(status) }

    /// Seconds that the peer asks to wait; nil when it names none, or none that is sound.
    var retryAfter: Int? { headers["retry-after"].flatMap { Int($0) }.flatMap { (0...3_600).contains($0) ? $0 : nil } }

    /// The body as a contract type.
    public func decode<T: Decodable>(_ type: T.Type) throws(ClientError) -> T {
        do {
            return try WireJSON.decode(type, from: Data(body))
        } catch {
            throw ClientError(.unexpectedAnswer, detail: "status \(status): \(error)")
        }
    }
}
