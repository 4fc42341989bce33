import Contracts
import Foundation
import Yams

/// Manifests in a file: YAML with any number of documents, or JSON, which is YAML too.
enum ManifestFile {
    struct Manifest: Sendable, Hashable {
        let name: String
        let value: JSONValue
        /// Where the file says what, counted from 1: `tests[0].atLeast` is in line 41.
        let lines: [String: Int]

        /// A field with the line that sets it; for one that is missing, the line of what it is missing from.
        func place(of field: String) -> String {
            var path = Substring(field)
            while !path.isEmpty {
                if let line = lines[String(path)] { return "\(field) (line \(line))" }
                path = path.prefix(upTo: path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)
            }
            return field
        }
    }

    /// The manifests of a file; `-` is standard input.
    static func read(_ path: String) throws -> [Manifest] {
        let data = path == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let data else { throw CommandFault("\(path) cannot be read") }
        do {
            return try parse(String(decoding: data, as: UTF8.self))
        } catch let error as YamlError {
            throw CommandFault("\(path) is no YAML: \(error)")
        } catch let fault as CommandFault {
            throw CommandFault("\(path): \(fault)")
        }
    }

    static func parse(_ text: String) throws -> [Manifest] {
        var documents = try Yams.compose_all(yaml: text)
        var manifests: [Manifest] = []
        while let document = documents.next() {
            if let manifest = try manifest(document) { manifests.append(manifest) }
        }
        // The sequence ends at a fault as it ends at the end of the file.
        if let error = documents.error { throw error }
        return manifests
    }

    /// The manifest of one document; nil for an empty one, as after the last `---`.
    private static func manifest(_ document: Node) throws -> Manifest? {
        let value = value(document.any)
        guard value != .null else { return nil }
        guard value["kind"]?.stringValue == "Capability", let name = value["metadata"]?["name"]?.stringValue else {
            let place = document.mark.map { "the document at line \($0.line)" } ?? "a document"
            throw CommandFault("\(place) is no manifest: expected kind: Capability and metadata.name")
        }
        var lines: [String: Int] = [:]
        collect(document, at: "", into: &lines)
        return Manifest(name: name, value: value, lines: lines)
    }

    private static func collect(_ node: Node, at path: String, into lines: inout [String: Int]) {
        switch node {
        case .mapping(let members):
            for (key, value) in members {
                let field = path.isEmpty ? key.string ?? "" : "\(path).\(key.string ?? "")"
                lines[field] = key.mark?.line
                collect(value, at: field, into: &lines)
            }
        case .sequence(let items):
            for (index, item) in items.enumerated() {
                lines["\(path)[\(index)]"] = item.mark?.line
                collect(item, at: "\(path)[\(index)]", into: &lines)
            }
        default: break
        }
    }

    /// What YAML holds as JSON. Text in quotes stays text, whatever it looks like.
    private static func value(_ any: Any) -> JSONValue {
        switch any {
        case let text as String: .string(text)
        case let flag as Bool: .bool(flag)
        case let number as Int: .integer(Int64(number))
        case let number as Double: .number(number)
        case let date as Date: .string(WireJSON.text(date))
        case let items as [Any]: .array(items.map(value))
        case let members as [AnyHashable: Any]:
            .object(Dictionary(members.map { ("\($0.key)", value($0.value)) }) { first, _ in first })
        default: .null
        }
    }
}
