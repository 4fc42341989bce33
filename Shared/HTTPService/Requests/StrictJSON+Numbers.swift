import Contracts
import Foundation

/// Finds the numbers that do not fit.
///
/// Foundation reports a fraction or an overflow in a whole-number field as bad JSON, with no path. Candidates are tried one at a time
/// with all others set to zero: the ones that still fail are the culprits.
extension StrictJSON {
    /// More candidates than this are not tried.
    private static let mostCandidates = 64

    /// The fields whose number is not a whole number that fits; empty when they cannot be told.
    static func misfits<T: Decodable>(_ type: T.Type, in document: JSONValue) -> [FieldFault] {
        let candidates = fractions(document, path: [])
        guard candidates.count <= mostCandidates else { return [] }
        return candidates.filter { candidate in
            let others = Set(candidates).subtracting([candidate])
            return (try? WireJSON.read(type, from: zeroed(document, at: others, path: []))) == nil
        }
        .map { FieldFault(text($0), expected: "a whole number that fits") }
    }

    private enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    /// Paths of all numbers that are not 64-bit whole numbers.
    private static func fractions(_ value: JSONValue, path: [Step]) -> [[Step]] {
        switch value {
        case .number: [path]
        case .array(let elements): elements.enumerated().flatMap { fractions($1, path: path + [.index($0)]) }
        case .object(let members): members.keys.sorted().flatMap { fractions(members[$0] ?? .null, path: path + [.key($0)]) }
        default: []
        }
    }

    private static func zeroed(_ value: JSONValue, at places: Set<[Step]>, path: [Step]) -> JSONValue {
        switch value {
        case .number where places.contains(path): .integer(0)
        case .array(let elements): .array(elements.enumerated().map { zeroed($1, at: places, path: path + [.index($0)]) })
        case .object(let members):
            .object(Dictionary(members.map { ($0, zeroed($1, at: places, path: path + [.key($0)])) }) { first, _ in first })
        default: value
        }
    }

    private static func text(_ path: [Step]) -> String {
        path.reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
