import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The whole body, at most as large as the route allows.
    public func bytes(context: ServiceContext) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: context.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw Problem(.tooLarge, "The route takes at most \(context.bodyLimit) bytes")
        }
    }

    /// The body as a contract type. Unknown members, wrong types and missing members are refused by name.
    public func decode<T: Codable & Sendable>(as type: T.Type, context: ServiceContext) async throws -> T {
        if let given = headers[.contentType], !Self.isJSON(given) {
            throw Problem(.unsupportedMediaType, "The route takes application/json, not '\(given.prefix(100))'")
        }
        let bytes = try await bytes(context: context)
        return try StrictJSON.decode(type, from: Data(bytes.readableBytesView))
    }

    /// Whether a content type is JSON, whatever its parameters.
    public static func isJSON(_ contentType: String) -> Bool {
        let essence = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json"))
    }

    /// A query parameter, percent-decoded; nil when it is absent. Given twice, it is refused.
    public func query(_ name: String) throws -> String? {
        let values = QueryItems(uri.query ?? "").values(name)
        guard values.count < 2 else { throw FieldFault(name, expected: "one value, not \(values.count)") }
        guard values.first?.utf8.contains(0) != true else { throw FieldFault(name, expected: "a text without the character U+0000") }
        return values.first
    }

    /// A query parameter as a whole number within a range; the default when it is absent.
    public func query(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws -> Int {
        guard let text = try query(name) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw FieldFault(name, expected: "a whole number between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    /// A query parameter that is true or false; nil when it is absent.
    public func queryFlag(_ name: String) throws -> Bool? {
        guard let text = try query(name) else { return nil }
        guard let value = Bool(text) else { throw FieldFault(name, expected: "true or false") }
        return value
    }
}
