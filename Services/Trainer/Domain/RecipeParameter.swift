import Contracts

/// A parameter of a recipe: its name, what it may be, and what it is when nobody says.
struct RecipeParameter: Sendable, Hashable {
    /// What values are allowed.
    enum Kind: Sendable, Hashable {
        case number(ClosedRange<Double>)
        /// A finite number, or null for none.
        case optionalNumber
        case whole(ClosedRange<Int>)
        /// A list of whole numbers; a single one counts as a list of one.
        case wholes(count: ClosedRange<Int>, each: ClosedRange<Int>)
        case numbers(count: ClosedRange<Int>, each: ClosedRange<Double>)
        case flag
        case choice([String])
        /// A list of names of inputs.
        case names(atMost: Int)
        /// The digest of a blob.
        case digest
        /// A text, or null for none.
        case optionalText
    }

    let name: String
    let kind: Kind
    let standard: JSONValue

    /// The value in its one form; nil when it is not allowed.
    func normalized(_ value: JSONValue) -> JSONValue? {
        switch kind {
        case .number(let range): return number(value, range)
        case .optionalNumber:
            return value == .null ? .null : number(value, -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
        case .whole(let range): return whole(value, range)
        case .wholes(let count, let each): return list(value, count) { whole($0, each) }
        case .numbers(let count, let each): return list(value, count) { number($0, each) }
        case .flag: return value.boolValue.map { .bool($0) }
        case .choice(let choices): return value.stringValue.flatMap { choices.contains($0) ? .string($0) : nil }
        case .names(let most):
            return list(value, 0...most) { $0.stringValue.flatMap { Names.isFieldName($0) ? .string($0) : nil } }
        case .digest: return value.stringValue.flatMap { Digest($0) }.map { .string($0.description) }
        case .optionalText:
            if value == .null { return .null }
            return value.stringValue.flatMap { (1...256).contains($0.utf8.count) ? .string($0) : nil }
        }
    }

    /// What was expected, for a fault.
    var expectation: String {
        switch kind {
        case .number(let range): "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
        case .optionalNumber: "a number, or null for none"
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .wholes(let count, let each):
            "a list of \(count.lowerBound) to \(count.upperBound) whole numbers from \(each.lowerBound) to \(each.upperBound)"
        case .numbers(let count, let each):
            "a list of \(count.lowerBound) to \(count.upperBound) numbers from \(Self.text(each.lowerBound)) to \(Self.text(each.upperBound))"
        case .flag: "true or false"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        case .names(let most): "a list of at most \(most) names of inputs"
        case .digest: "the digest of an ONNX model among the blobs, as sha256: and 64 hexadecimal digits"
        case .optionalText: "a text of at most 256 bytes, or null for none"
        }
    }

    private func list(_ value: JSONValue, _ count: ClosedRange<Int>, _ element: (JSONValue) -> JSONValue?) -> JSONValue? {
        let elements = (value.arrayValue ?? [value]).compactMap(element)
        guard elements.count == value.arrayValue?.count ?? 1, count.contains(elements.count) else { return nil }
        return .array(elements)
    }

    private func number(_ value: JSONValue, _ range: ClosedRange<Double>) -> JSONValue? {
        value.doubleValue.flatMap { range.contains($0) ? .number($0) : nil }
    }

    private func whole(_ value: JSONValue, _ range: ClosedRange<Int>) -> JSONValue? {
        guard let number = value.integerValue, range.contains(Int(number)) else { return nil }
        return .integer(number)
    }

    private static func text(_ number: Double) -> String { String(decoding: JSONValue.number(number).canonical, as: UTF8.self) }
}
