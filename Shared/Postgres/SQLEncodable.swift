import Foundation

/// A value that can be bound. It travels in Postgres's text form; the server infers the type from where it stands.
public protocol SQLEncodable: Sendable {
    /// The text form; nil is NULL.
    var sqlText: String? { get }
}

extension String: SQLEncodable {
    public var sqlText: String? { self }
}

extension Int: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Int32: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Int64: SQLEncodable {
    public var sqlText: String? { String(self) }
}

extension Double: SQLEncodable {
    public var sqlText: String? { isNaN ? "NaN" : isInfinite ? (self > 0 ? "Infinity" : "-Infinity") : description }
}

extension Bool: SQLEncodable {
    public var sqlText: String? { self ? "t" : "f" }
}

extension UUID: SQLEncodable {
    public var sqlText: String? { uuidString.lowercased() }
}

extension Date: SQLEncodable {
    /// Microseconds, as the server keeps them; the far ends of `Date` are its infinities.
    public var sqlText: String? {
        if self == .distantFuture { return "infinity" }
        if self == .distantPast { return "-infinity" }
        return SQLTime.text(self)
    }
}

extension Data: SQLEncodable {
    public var sqlText: String? { SQLBytes.text(self) }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
    public var sqlText: String? { self?.sqlText ?? nil }
}

/// An element of a bound array.
public protocol SQLArrayElement: SQLEncodable {}
extension String: SQLArrayElement {}
extension Int: SQLArrayElement {}
extension Int64: SQLArrayElement {}
extension Double: SQLArrayElement {}
extension UUID: SQLArrayElement {}

extension Array: SQLEncodable where Element: SQLArrayElement {
    public var sqlText: String? {
        let elements = map { element -> String in
            guard let text = element.sqlText else { return "NULL" }
            var quoted = "\""
            for character in text.unicodeScalars {
                if character == "\"" || character == "\\" { quoted.unicodeScalars.append("\\") }
                quoted.unicodeScalars.append(character)
            }
            return quoted + "\""
        }
        return "{" + elements.joined(separator: ",") + "}"
    }
}
