import Contracts
import Foundation
import Yams

/// A YAML document (JSON is YAML, too) as JSON, with the place of each field.
public struct ManifestDocument: Sendable, Hashable {
    public let value: JSONValue
    /// Where the document begins.
    public let start: DocumentMark?
    /// Where the text says what: `tests[0].atLeast` is in line 41, column 9.
    let marks: [String: DocumentMark]

    /// References to anchors that a text may hold. What an anchor stands for is read again at each of them, so that few letters could
    /// say very much.
    static let mostAliases = 8

    /// The documents of a text; empty ones, as after the last `---`, are left out. Throws a ``DocumentFault``.
    public static func documents(_ text: String) throws -> [ManifestDocument] {
        guard text.matches(of: /(?:^|[\s,\[{:?-])\*[^\s*]/).count <= mostAliases else {
            throw DocumentFault("the text refers to anchors more than \(mostAliases) times")
        }
        do {
            var nodes = try Yams.compose_all(yaml: text)
            var documents: [ManifestDocument] = []
            while let node = nodes.next() {
                let document = try ManifestDocument(node)
                if document.value != .null { documents.append(document) }
            }
            // The sequence ends at a fault as it ends at the end of the text.
            if let error = nodes.error { throw error }
            return documents
        } catch let error as YamlError {
            throw DocumentFault(error)
        }
    }

    /// The place of a field; of one that is missing, the place of what it is missing from.
    public func mark(of field: String) -> DocumentMark? {
        var path = Substring(field)
        while !path.isEmpty {
            if let mark = marks[String(path)] { return mark }
            path = path.prefix(upTo: path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)
        }
        return start
    }

    /// A fault with its place.
    public func located(_ fault: FieldFault) -> FieldFault {
        let mark = mark(of: fault.field)
        return FieldFault(fault.field, expected: fault.expected, line: mark?.line, column: mark?.column)
    }

    private init(_ node: Node) throws {
        var reader = NodeReader()
        value = try reader.value(node, at: "", depth: 0)
        marks = reader.marks
        start = node.mark.map(DocumentMark.init)
    }
}

extension DocumentMark {
    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}

extension DocumentFault {
    init(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            self.init(problem, at: DocumentMark(mark))
        case .reader(let problem, _, _, _): self.init(problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init("the key \(duplicates.joined(separator: ", ")) is there twice", at: DocumentMark(context.mark))
        default: self.init("it cannot be read")
        }
    }
}
