import Contracts
import Foundation
import Yams

/// Reads nodes of YAML as JSON and notes where each field is.
struct NodeReader {
    /// Values that a document may have, with what anchors repeat.
    static let mostValues = 100_000
    static let mostDepth = 64
    /// UTF-8 bytes of all paths together: a long key stands in the path of everything below it, so that a short text could fill the memory.
    static let mostPathBytes = 8 << 20

    private(set) var marks: [String: DocumentMark] = [:]
    private var count = 0
    private var pathBytes = 0

    init() {}

    /// - Parameter path: of the node, as `tests[0].atLeast`.
    mutating func value(_ node: Node, at path: String, depth: Int) throws -> JSONValue {
        count += 1
        guard count <= Self.mostValues, depth <= Self.mostDepth else {
            throw DocumentFault("the document is larger or deeper than a manifest is", at: node.mark.map(DocumentMark.init))
        }
        switch node {
        case .scalar(let scalar): return try Self.value(scalar, node)
        case .mapping(let mapping): return try members(mapping, at: path, depth: depth)
        case .sequence(let items):
            return .array(
                try items.enumerated().map { index, item in
                    let place = "\(path)[\(index)]"
                    try note(place, item)
                    return try value(item, at: place, depth: depth + 1)
                })
        case .alias(let alias): throw DocumentFault("there is no anchor \(alias.anchor.rawValue)", at: node.mark.map(DocumentMark.init))
        }
    }

    /// Keeps where a field is. Throws when the paths are too long.
    private mutating func note(_ path: String, _ node: Node) throws {
        let mark = node.mark.map(DocumentMark.init)
        pathBytes += path.utf8.count
        guard pathBytes <= Self.mostPathBytes else {
            throw DocumentFault("the keys of the document are longer than a manifest's are", at: mark)
        }
        marks[path] = mark
    }

    private mutating func members(_ mapping: Node.Mapping, at path: String, depth: Int) throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        for (key, item) in mapping {
            guard let name = key.string else { throw DocumentFault("a key has to be a text", at: key.mark.map(DocumentMark.init)) }
            let place = path.isEmpty ? name : "\(path).\(name)"
            try note(place, key)
            members[name] = try value(item, at: place, depth: depth + 1)
        }
        return .object(members)
    }

    /// A scalar as YAML's core schema has it. Text in quotes stays text, whatever it looks like; so does a time.
    private static func value(_ scalar: Node.Scalar, _ node: Node) throws -> JSONValue {
        switch node.any {
        case let text as String: return number(beyondInt64: scalar, node) ?? .string(text)
        case let flag as Bool: return .bool(flag)
        case let number as Int: return .integer(Int64(number))
        case let number as Double:
            guard number.isFinite else { throw DocumentFault("a number has to be finite", at: node.mark.map(DocumentMark.init)) }
            return .number(number)
        case is NSNull: return .null
        default: return .string(scalar.string)
        }
    }

    /// A whole number that no 64 bits hold, as JSON has it; nil for what is no such number, or is in quotes.
    private static func number(beyondInt64 scalar: Node.Scalar, _ node: Node) -> JSONValue? {
        guard node.tag.description == Tag.Name.int.rawValue, let number = Double(scalar.string), number.isFinite
        else { return nil }
        return .number(number)
    }
}
