import Foundation

/// A value that a column's text form can be read as.
public protocol SQLDecodable {
    /// Reads the text form; nil is NULL. Throws ``ColumnFault`` when it is not one.
    static func decode(sqlText: String?) throws -> Self
}

/// A column's content is not what the code expects: a bug in a statement or a migration.
public struct ColumnFault: Error, CustomStringConvertible {
    public let expected: String
    public var column: String?

    public var description: String { "column \(column ?? "?") does not hold \(expected)" }
}

private func require<T>(_ sqlText: String?, _ expected: String, _ read: (String) -> T?) throws -> T {
    guard let sqlText, let value = read(sqlText) else { throw ColumnFault(expected: expected) }
    return value
}

extension String: SQLDecodable {
    public static func decode(sqlText: String?) throws -> String { try require(sqlText, "a text") { $0 } }
}

extension Int: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Int { try require(sqlText, "a whole number") { Int($0) } }
}

extension Int32: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Int32 { try require(sqlText, "a 32-bit whole number") { Int32($0) } }
}

extension Int64: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Int64 { try require(sqlText, "a whole number") { Int64($0) } }
}

extension Double: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Double { try require(sqlText, "a number") { Double($0) } }
}

extension Bool: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Bool {
        try require(sqlText, "a truth value") { $0 == "t" ? true : $0 == "f" ? false : nil }
    }
}

extension Date: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Date { try require(sqlText, "a time") { SQLTime.date($0) } }
}

extension UUID: SQLDecodable {
    public static func decode(sqlText: String?) throws -> UUID { try require(sqlText, "a UUID") { UUID(uuidString: $0) } }
}

extension Data: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Data { try require(sqlText, "bytes") { SQLBytes.bytes($0).map { Data($0) } } }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    public static func decode(sqlText: String?) throws -> Wrapped? { try sqlText.map { try Wrapped.decode(sqlText: $0) } }
}

extension Array: SQLDecodable where Element: SQLDecodable {
    /// One-dimensional arrays, as `{a,"b c",NULL}`.
    public static func decode(sqlText: String?) throws -> [Element] {
        guard let sqlText, sqlText.hasPrefix("{"), sqlText.hasSuffix("}") else { throw ColumnFault(expected: "an array") }
        var elements: [Element] = []
        var text: [UInt8] = []
        var quoted = false
        var wasQuoted = false
        var escaped = false
        func flush() throws {
            let value = String(decoding: text, as: UTF8.self)
            elements.append(try Element.decode(sqlText: !wasQuoted && value == "NULL" ? nil : value))
            text = []
            wasQuoted = false
        }
        let body = sqlText.utf8.dropFirst().dropLast()
        if body.isEmpty { return [] }
        for byte in body {
            if escaped {
                text.append(byte)
                escaped = false
            } else if byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                quoted.toggle()
                wasQuoted = true
            } else if byte == UInt8(ascii: ","), !quoted {
                try flush()
            } else {
                text.append(byte)
            }
        }
        try flush()
        return elements
    }
}
