import Contracts

/// A metric's value in JSON, which has no NaN and no infinities of its own.
public enum MetricNumber {
    /// Reads a number, a numeric text, or "NaN", "Infinity", "-Infinity"; nil for anything else.
    public static func read(_ value: JSONValue) -> Double? {
        guard case .string(let text) = value else { return value.doubleValue }
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return decimal(text)
        }
    }

    /// What is stored: an infinity becomes the greatest finite number of its sign.
    public static func stored(_ value: Double) -> Double {
        value.isInfinite ? (value < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude) : value
    }

    /// Writes a number; NaN as the text "NaN", an infinity as ±1.7976931348623157e308.
    public static func write(_ value: Double) -> JSONValue {
        value.isNaN ? .string("NaN") : .number(stored(value))
    }

    /// Digits, with a fraction and an exponent or without; `Double`'s own reader also takes "0x1p3", "inf" and "nan".
    private static func decimal(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || "+-.eE".utf8.contains($0) }) else {
            return nil
        }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
