import Contracts
import Foundation

/// Reads request bodies: every member has to be known, of its type, and there when it is needed.
public enum StrictJSON {
    /// Decodes a body; throws a problem that names what was wrong and what was expected.
    public static func decode<T: Codable>(_ type: T.Type, from data: Data) throws(Problem) -> T {
        guard !data.isEmpty else { throw Problem(.malformed, "The body is empty; a JSON document is expected") }
        let value: T
        let given: JSONValue
        let understood: JSONValue
        do {
            value = try WireJSON.decode(type, from: data)
            given = try WireJSON.decode(JSONValue.self, from: data)
            understood = try WireJSON.value(value)
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            throw unreadable(type, data)
        } catch let error as DecodingError {
            throw problem(error)
        } catch {
            throw Problem(.malformed, "The body cannot be read as JSON")
        }
        if let place = nul(in: given, path: "") {
            throw Problem(.invalidField, errors: [FieldFault(place, expected: "a text without the character U+0000")])
        }
        // What was understood is written out again: a member that does not come back was not known.
        let unknown = unknownMembers(given, understood, path: "")
        guard unknown.isEmpty else {
            throw Problem(
                .invalidField, errors: unknown.prefix(20).map { FieldFault($0, expected: "no such field; the contract does not know it") })
        }
        return value
    }

    /// Why a body failed as a whole: it is no JSON, or a number in it does not fit its field.
    private static func unreadable<T: Decodable>(_ type: T.Type, _ data: Data) -> Problem {
        guard let document = try? WireJSON.decode(JSONValue.self, from: data) else {
            return Problem(.malformed, "The body is not valid JSON")
        }
        let faults = misfits(type, in: document)
        return Problem(
            .invalidField, errors: faults.isEmpty ? [FieldFault("", expected: "a document as the contract describes it")] : faults)
    }

    /// Paths of the members of `given` that `understood` lacks. Nulls count as absent.
    private static func unknownMembers(_ given: JSONValue, _ understood: JSONValue, path: String) -> [String] {
        switch (given, understood) {
        case (.object(let given), .object(let understood)):
            given.keys.sorted().flatMap { key -> [String] in
                let place = path.isEmpty ? key : path + "." + key
                guard let value = given[key], value != .null else { return [] }
                guard let known = understood[key] else { return [place] }
                return unknownMembers(value, known, path: place)
            }
        case (.array(let given), .array(let understood)):
            zip(given, understood).enumerated().flatMap { unknownMembers($1.0, $1.1, path: "\(path)[\($0)]") }
        default: []
        }
    }

    /// The first text with U+0000 in it, which Postgres cannot hold.
    ///
    /// Plain loops: `lazy.compactMap(…).first` asks the closure twice for what it finds, on each level anew.
    private static func nul(in value: JSONValue, path: String) -> String? {
        switch value {
        case .string(let text): return text.utf8.contains(0) ? path : nil
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let found = nul(in: element, path: "\(path)[\(index)]") { return found }
            }
        case .object(let members):
            for (key, member) in members {
                if key.utf8.contains(0) { return path }
                if let found = nul(in: member, path: path.isEmpty ? key : path + "." + key) { return found }
            }
        default: break
        }
        return nil
    }

    /// What a client is told about a body that could not be decoded.
    static func problem(_ error: DecodingError) -> Problem {
        switch error {
        case .keyNotFound(let key, let context):
            return Problem(
                .invalidField, errors: [FieldFault(path(context.codingPath + [key]), expected: "a value; the field is required")])
        case .valueNotFound(let type, let context):
            return Problem(.invalidField, errors: [FieldFault(path(context.codingPath), expected: name(type) + ", not null")])
        case .typeMismatch(let type, let context):
            return Problem(.invalidField, errors: [FieldFault(path(context.codingPath), expected: name(type))])
        case .dataCorrupted(let context):
            return Problem(.invalidField, errors: [FieldFault(path(context.codingPath), expected: expectation(context.debugDescription))])
        @unknown default: return Problem(.malformed, "The body cannot be read")
        }
    }

    /// `tests[2].atLeast`.
    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += (path.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }

    /// Our own decoders say `expected …`; Foundation's sentences are put in plain words.
    private static func expectation(_ description: String) -> String {
        if description.hasPrefix("expected ") { return String(description.dropFirst(9)) }
        if let quoted = description.range(of: "from invalid String value ") {
            return "one of the values that the contract lists, not '\(description[quoted.upperBound...].prefix(64))'"
        }
        return "a value as the contract describes it"
    }

    private static func name(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Date.Type: "an RFC 3339 time, as 2026-01-31T12:00:00Z"
        case is any DictionaryType.Type: "an object"
        case is any ArrayType.Type: "a list"
        default: "a value of another type"
        }
    }
}

/// Lets the types of dictionaries be told from others.
private protocol DictionaryType {}
extension Dictionary: DictionaryType {}

/// Lets the types of arrays be told from others.
private protocol ArrayType {}
extension Array: ArrayType {}
