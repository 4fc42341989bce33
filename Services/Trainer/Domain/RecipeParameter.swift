import Contracts

/// A parameter of a recipe: its name, what it may be, and what it is when nobody says.
struct RecipeParameter: Sendable, Hashable {
    /// What values are allowed.
    enum Kind: Sendable, Hashable {
        case number(ClosedRange<Double>)
        case whole(ClosedRange<Int>)
        /// A list of whole numbers; a single one counts as a list of one.
        case wholes(count: ClosedRange<Int>, each: ClosedRange<Int>)
        case flag
    }

    let name: String
    let kind: Kind
    let standard: JSONValue

    /// The value in its one form; nil when it is not allowed.
    func normalized(_ value: JSONValue) -> JSONValue? {
        switch kind {
        case .number(let range):
            guard let number = value.doubleValue, range.contains(number) else { return nil }
            return .number(number)
        case .whole(let range):
            return whole(value, range)
        case .wholes(let count, let each):
            let elements = (value.arrayValue ?? [value]).compactMap { whole($0, each) }
            guard elements.count == value.arrayValue?.count ?? 1, count.contains(elements.count) else { return nil }
            return .array(elements)
        case .flag:
            return value.boolValue.map { .bool($0) }
        }
    }

    /// What was expected, for a fault.
    var expectation: String {
        switch kind {
        case .number(let range): "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .wholes(let count, let each):
            "a list of \(count.lowerBound) to \(count.upperBound) whole numbers from \(each.lowerBound) to \(each.upperBound)"
        case .flag: "true or false"
        }
    }

    private func whole(_ value: JSONValue, _ range: ClosedRange<Int>) -> JSONValue? {
        guard let number = value.integerValue, range.contains(Int(number)) else { return nil }
        return .integer(number)
    }

    private static func text(_ number: Double) -> String { String(decoding: JSONValue.number(number).canonical, as: UTF8.self) }
}
