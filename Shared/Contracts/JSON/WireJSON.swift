import Foundation

/// JSON as it goes over the wire: camelCase members, RFC 3339 UTC times with milliseconds, members sorted.
public enum WireJSON {
    /// Encodes a contract type.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(text(date))
        }
        return try encoder.encode(value)
    }

    /// Decodes a contract type; unknown members are ignored (a newer peer may send them). Requests are read strictly instead.
    public static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = date(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "expected an RFC 3339 time, as 2026-01-31T12:00:00Z")
            }
            return date
        }
        return try decoder.decode(type, from: data)
    }

    /// A contract type as a JSON tree.
    public static func value(_ value: some Encodable) throws -> JSONValue {
        try decode(JSONValue.self, from: encode(value))
    }

    /// A JSON tree as a contract type.
    public static func read<T: Decodable>(_ type: T.Type, from value: JSONValue) throws -> T {
        try decode(type, from: Data(value.canonical))
    }

    /// RFC 3339 text of a time, to the nearest millisecond.
    public static func text(_ date: Date) -> String {
        // The format cuts off, and a time that was read may lie a hair below its millisecond.
        date.addingTimeInterval(0.000_5).formatted(dateFormat)
    }

    /// Reads RFC 3339 with or without fractions; nil when it is not such a time.
    public static func date(_ text: String) -> Date? {
        (try? dateFormat.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    private static let dateFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
