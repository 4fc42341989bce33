import Contracts
import Foundation

/// What lies beside the versions of a model: an interface narrower than the file's own, and how it is served.
struct FolderDeclaration: Sendable {
    /// Nil where the file says it all.
    private(set) var interface: Interface?
    private(set) var settings: ModelSettings
    /// Why nothing can be served by it; nil when all is well.
    private(set) var fault: String?

    init(_ listing: ModelFolder.Listing, queue: Int) {
        settings = ModelSettings(queue: queue)
        do {
            interface = try listing.interface.map { try Self.read(Interface.self, ModelFolder.interfaceFile, $0) }
            if let stamp = listing.config {
                let serving = try Self.read(CapabilityManifest.Serving.self, ModelFolder.configFile, stamp)
                if let fault = try Self.faults(serving, interface).first {
                    throw FieldFault("\(ModelFolder.configFile): \(fault.field)", expected: fault.expected)
                }
                settings = ModelSettings(serving, queue: queue)
            }
        } catch let error as FieldFault {
            fault = "\(error.field) must be \(error.expected)"
        } catch {
            fault = "\(ModelFolder.interfaceFile) or \(ModelFolder.configFile) cannot be read"
        }
    }

    private static func read<T: Decodable>(_ type: T.Type, _ name: String, _ stamp: ModelFolder.FileStamp) throws -> T {
        guard let content = FileManager.default.contents(atPath: stamp.path) else {
            throw FieldFault(name, expected: "a file that can be read")
        }
        do {
            return try WireJSON.decode(type, from: content)
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            throw FieldFault(name, expected: "JSON")
        } catch DecodingError.keyNotFound(let key, let context) {
            throw FieldFault(name + path(context.codingPath + [key]), expected: "present")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            throw FieldFault(name + path(context.codingPath), expected: "of another kind")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String { ": " + keys.map(\.stringValue).joined(separator: ".") }

    /// Judged by the rules of a manifest, of which it is a section.
    private static func faults(_ serving: CapabilityManifest.Serving, _ interface: Interface?) throws -> [FieldFault] {
        let rest = """
            {"apiVersion":"mlmesh/v1","kind":"Capability","metadata":{"name":"local","team":"local"},"interface":{"inputs":[],"outputs":[]},
             "data":{"dataset":"local","split":{"by":"hash","train":0.6,"validation":0.2,"test":0.2}}}
            """
        var manifest = try WireJSON.decode(CapabilityManifest.self, from: Data(rest.utf8))
        manifest.interface = interface ?? manifest.interface
        manifest.serving = serving
        // Without a declared interface the inputs are the file's: what is never kept is then not checked against them.
        if interface == nil { manifest.serving?.log?.redact = nil }
        return manifest.faults(name: "local").filter { $0.field.hasPrefix("serving") }
    }
}
