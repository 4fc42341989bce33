import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Manifests

/// A request's manifest, in YAML or in JSON, whose faults say where in the text they are.
struct ManifestBody: Sendable {
    let manifest: CapabilityManifest
    private let text: Data
    private let document: ManifestDocument?

    /// Reads the body of a request. Throws what is wrong with it, with lines and columns.
    init(_ request: Request, _ context: ServiceContext) async throws {
        text = Data(try await request.bytes(context: context).readableBytesView)
        let given = request.headers[.contentType] ?? "application/json"
        if Self.isYAML(given) {
            let document = try Self.document(text)
            self.document = document
            manifest = try Self.locating({ document }) {
                try StrictJSON.decode(CapabilityManifest.self, from: Data(document.value.canonical))
            }
        } else if Request.isJSON(given) {
            document = nil
            let text = text
            manifest = try Self.locating({ Self.places(text) }) { try StrictJSON.decode(CapabilityManifest.self, from: text) }
        } else {
            throw Problem(.unsupportedMediaType, "The route takes application/yaml and application/json, not '\(given.prefix(100))'")
        }
    }

    /// Throws the faults of the manifest as a whole.
    func check(name: String) throws {
        let faults = ManifestCheck.faults(manifest, name: name)
        guard !faults.isEmpty else { return }
        throw Self.located(Problem(.manifestInvalid, errors: faults), in: document ?? Self.places(text))
    }

    private static func isYAML(_ contentType: String) -> Bool {
        let essence = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"].contains(essence) || essence.hasSuffix("+yaml")
    }

    private static func document(_ text: Data) throws -> ManifestDocument {
        guard let string = String(data: text, encoding: .utf8) else { throw Problem(.malformed, "The body is not UTF-8") }
        do {
            let documents = try ManifestDocument.documents(string)
            guard documents.count == 1 else {
                throw Problem(.malformed, "The body holds \(documents.count) documents; one manifest is expected")
            }
            return documents[0]
        } catch let fault as DocumentFault {
            let place = FieldFault("", expected: "a YAML document", line: fault.mark?.line, column: fault.mark?.column)
            throw Problem(.malformed, "The body is not valid YAML: \(fault.description)", errors: [place])
        }
    }

    /// Where the fields of a JSON text are; JSON is YAML. Nil for a text that YAML takes otherwise.
    private static func places(_ text: Data) -> ManifestDocument? {
        guard let documents = try? ManifestDocument.documents(String(decoding: text, as: UTF8.self)), documents.count == 1 else {
            return nil
        }
        return documents[0]
    }

    private static func locating<T>(_ document: () -> ManifestDocument?, _ body: () throws -> T) throws -> T {
        do { return try body() } catch let problem as Problem { throw located(problem, in: document()) }
    }

    private static func located(_ problem: Problem, in document: ManifestDocument?) -> Problem {
        guard let document else { return problem }
        var problem = problem
        problem.errors = problem.errors?.map(document.located)
        return problem
    }
}
