import Contracts
import Foundation

/// The members of a request, read as leniently as the reference server does.
public struct RequestFields: Sendable {
    private let members: [String: JSONValue]
    /// Where the members stand in the request: `metrics[3].`, empty at the top.
    private let path: String

    /// The members of a body: JSON, or a JSON text that holds JSON; anything else has none.
    public init(body: some Sequence<UInt8>) {
        var value = Self.decoded(Data(body))
        if case .string(let inner)? = value { value = Self.decoded(Data(inner.utf8)) }
        self.init(value?.objectValue ?? [:])
    }

    /// The members of an object within a request.
    public init(_ members: [String: JSONValue], path: String = "") {
        self.members = members
        self.path = path
    }

    private static func decoded(_ data: Data) -> JSONValue? {
        try? WireJSON.decode(JSONValue.self, from: data)
    }

    /// All members as one object; nil when there are none.
    public var whole: JSONValue? { members.isEmpty ? nil : .object(members) }

    /// A member as it came; nil when it is absent or null.
    public subscript(_ name: String) -> JSONValue? {
        switch members[name] {
        case nil, .null?: nil
        case let value?: value
        }
    }

    /// A text. A number or a truth value in its place is refused.
    public func text(_ name: String) throws(MLflowError) -> String? {
        try read(name, "expected a string") { $0.stringValue }
    }

    /// A text that must be there and not be empty.
    public func requiredText(_ name: String) throws(MLflowError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .missingParameter(path + name) }
        return text
    }

    /// A whole number of 64 bits, as a number or as a text of digits.
    public func integer(_ name: String) throws(MLflowError) -> Int64? {
        try read(name, "expected a whole number of 64 bits") { value in
            if case .string(let digits) = value { Int64(digits) } else { value.integerValue }
        }
    }

    /// A whole number that must be there.
    public func requiredInteger(_ name: String) throws(MLflowError) -> Int64 {
        guard let number = try integer(name) else { throw .missingParameter(path + name) }
        return number
    }

    /// A metric's value: a number, a numeric text, or "NaN", "Infinity", "-Infinity".
    public func metric(_ name: String) throws(MLflowError) -> Double? {
        try read(name, "expected a number, \"NaN\", \"Infinity\" or \"-Infinity\"", MetricNumber.read)
    }

    /// A truth value.
    public func flag(_ name: String) throws(MLflowError) -> Bool? {
        try read(name, "expected true or false") { $0.boolValue }
    }

    /// Texts; none when the member is absent.
    public func texts(_ name: String) throws(MLflowError) -> [String] {
        let texts = try read(name, "expected an array of strings") { value in
            value.arrayValue.flatMap { elements in
                let texts = elements.compactMap(\.stringValue)
                return texts.count == elements.count ? texts : nil
            }
        }
        return texts ?? []
    }

    /// An object within the request.
    public func object(_ name: String) throws(MLflowError) -> RequestFields? {
        try read(name, "expected an object") { $0.objectValue }.map { RequestFields($0, path: path + name + ".") }
    }

    /// Objects within the request; none when the member is absent.
    public func objects(_ name: String) throws(MLflowError) -> [RequestFields] {
        let elements = try read(name, "expected an array of objects") { value in
            value.arrayValue.flatMap { elements in
                let objects = elements.compactMap(\.objectValue)
                return objects.count == elements.count ? objects : nil
            }
        }
        return (elements ?? []).enumerated().map { RequestFields($1, path: "\(path)\(name)[\($0)].") }
    }

    private func read<T>(_ name: String, _ wanted: String, _ convert: (JSONValue) -> T?) throws(MLflowError) -> T? {
        guard let value = self[name] else { return nil }
        guard let converted = convert(value) else { throw .invalidValue(value, parameter: path + name, wanted) }
        return converted
    }
}
