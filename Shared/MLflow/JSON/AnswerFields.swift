import Contracts

/// The members of an answer: what is unset and what repeats nothing is left out.
public struct AnswerFields: Sendable {
    private var members: [String: JSONValue] = [:]

    /// An answer without members.
    public init() {}

    /// Sets a text, or leaves it out when there is none.
    public mutating func set(_ name: String, _ value: String?) {
        members[name] = value.map { .string($0) }
    }

    /// Sets a whole number, written as a number.
    public mutating func set(_ name: String, _ value: Int64?) {
        members[name] = value.map { .integer($0) }
    }

    /// Sets a truth value.
    public mutating func set(_ name: String, _ value: Bool?) {
        members[name] = value.map { .bool($0) }
    }

    /// Sets a metric's value; NaN becomes a text, an infinity the greatest finite number.
    public mutating func set(_ name: String, metric value: Double?) {
        members[name] = value.map(MetricNumber.write)
    }

    /// Sets an object, which may be empty.
    public mutating func set(_ name: String, _ value: AnswerFields?) {
        members[name] = value?.json
    }

    /// Sets texts, or leaves the member out when there are none.
    public mutating func set(_ name: String, _ values: [String]) {
        members[name] = values.isEmpty ? nil : .array(values.map { .string($0) })
    }

    /// Sets objects, or leaves the member out when there are none.
    public mutating func set(_ name: String, _ values: [AnswerFields]) {
        members[name] = values.isEmpty ? nil : .array(values.map(\.json))
    }

    /// The answer as a JSON tree.
    public var json: JSONValue { .object(members) }

    /// The answer's body, in UTF-8; `{}` when it has no members.
    public var body: [UInt8] { json.canonical }
}
