import Contracts
import Foundation
import Yams

/// Manifests in a file: YAML with any number of documents, or JSON, which is YAML too.
enum ManifestFile {
    struct Manifest: Sendable, Hashable {
        let name: String
        let value: JSONValue
    }

    /// The manifests of a file; `-` is standard input.
    static func read(_ path: String) throws -> [Manifest] {
        let data = path == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let data else { throw CommandFault("\(path) cannot be read") }
        do {
            return try parse(String(decoding: data, as: UTF8.self))
        } catch let error as YamlError {
            throw CommandFault("\(path) is no YAML: \(error)")
        }
    }

    static func parse(_ text: String) throws -> [Manifest] {
        try Yams.load_all(yaml: text).compactMap { document in
            let value = value(document)
            // An empty document, as after the last `---`.
            guard value != .null else { return nil }
            guard value["kind"]?.stringValue == "Capability", let name = value["metadata"]?["name"]?.stringValue else {
                throw CommandFault("a document is no manifest: expected kind: Capability and metadata.name")
            }
            return Manifest(name: name, value: value)
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
