import Contracts
import Foundation
import Manifests

/// Manifests in a file: YAML with any number of documents, or JSON, which is YAML too.
enum ManifestFile {
    struct Manifest: Sendable, Hashable {
        let name: String
        let document: ManifestDocument

        var value: JSONValue { document.value }

        /// A field with the place that sets it; for one that is missing, the place of what it is missing from.
        func place(of field: String) -> String {
            guard let mark = document.mark(of: field) else { return field }
            return "\(field) (line \(mark.line), column \(mark.column))"
        }
    }

    /// The manifests of a file; `-` is standard input.
    static func read(_ path: String) throws -> [Manifest] {
        let data = path == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let data else { throw CommandFault("\(path) cannot be read") }
        do {
            return try parse(String(decoding: data, as: UTF8.self))
        } catch let fault as DocumentFault {
            throw CommandFault("\(path) is no YAML: \(fault)")
        } catch let fault as CommandFault {
            throw CommandFault("\(path): \(fault)")
        }
    }

    /// The manifests of several files; a file with none is a fault.
    static func read(_ paths: [String]) throws -> [(file: String, manifest: Manifest)] {
        try paths.flatMap { path in
            let manifests = try read(path)
            guard !manifests.isEmpty else { throw CommandFault("\(path) holds no manifest") }
            return manifests.map { (path, $0) }
        }
    }

    static func parse(_ text: String) throws -> [Manifest] {
        try ManifestDocument.documents(text).map(manifest)
    }

    private static func manifest(_ document: ManifestDocument) throws -> Manifest {
        guard document.value["kind"]?.stringValue == "Capability", let name = document.value["metadata"]?["name"]?.stringValue else {
            let place = document.start.map { "the document at line \($0.line)" } ?? "a document"
            throw CommandFault("\(place) is no manifest: expected kind: Capability and metadata.name")
        }
        return Manifest(name: name, document: document)
    }
}
