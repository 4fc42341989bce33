import Contracts
import Foundation
import HTTPService

/// The JSON Schema of a manifest: the one of the service's OpenAPI description, which the shipped file is rendered from too.
enum ManifestSchema {
    /// Draft 2020-12, as JSON.
    static var document: [UInt8]? {
        get throws {
            let description = try WireJSON.decode(JSONValue.self, from: Data(OpenAPIDocument.written(for: .modelRegistry)))
            guard var members = description["components"]?["schemas"]?["CapabilityManifest"]?.objectValue else { return nil }
            members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
            members["title"] = "mlmesh capability manifest"
            return JSONValue.object(members).canonical
        }
    }
}
