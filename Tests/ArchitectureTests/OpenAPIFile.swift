import Contracts
import Foundation
import Yams

/// The written description of one service.
struct OpenAPIFile {
    /// An answer or a request of a route, with its schema's name and its example.
    struct Media {
        let place: String
        let schema: String
        let example: JSONValue
    }

    let document: JSONValue

    init(_ service: ServiceName) throws {
        document = try Self.value(try Yams.load(yaml: try SourceTree.file("Shared/Contracts/OpenAPI/\(service.rawValue).yaml").text))
    }

    /// `GET /path` -> operation.
    var operations: [String: JSONValue] {
        let paths = document["paths"]?.objectValue ?? [:]
        return paths.reduce(into: [:]) { result, path in
            for (method, operation) in path.value.objectValue ?? [:] { result["\(method.uppercased()) \(path.key)"] = operation }
        }
    }

    /// The schemas by name.
    var schemas: [String: JSONValue] { document["components"]?["schemas"]?.objectValue ?? [:] }

    /// Every example that stands beside a reference to a schema.
    var media: [Media] { Self.media(document, at: "") }

    private static func media(_ value: JSONValue, at place: String) -> [Media] {
        switch value {
        case .array(let elements): return elements.enumerated().flatMap { media($1, at: "\(place)/\($0)") }
        case .object(let members):
            let own = members["schema"]?["$ref"]?.stringValue.flatMap { reference in
                members["example"].map { Media(place: place, schema: String(reference.split(separator: "/").last ?? ""), example: $0) }
            }
            let inner = members.filter { $0.key != "example" }.flatMap { media($0.value, at: "\(place)/\($0.key)") }
            return (own.map { [$0] } ?? []) + inner
        default: return []
        }
    }

    /// What the YAML parser gives, as JSON.
    private static func value(_ any: Any?) throws -> JSONValue {
        switch any {
        case nil, is NSNull: return .null
        case let value as Bool: return .bool(value)
        case let value as Int: return .integer(Int64(value))
        case let value as Double: return Int64(exactly: value).map { .integer($0) } ?? .number(value)
        case let value as String: return .string(value)
        case let value as [Any]: return .array(try value.map(Self.value))
        case let value as [AnyHashable: Any]:
            return .object(try value.reduce(into: [:]) { $0["\($1.key)"] = try Self.value($1.value) })
        default: throw OpenAPIFileError(description: "not JSON: \(String(describing: any))")
        }
    }
}

/// Why a description cannot be read.
struct OpenAPIFileError: Error, CustomStringConvertible {
    let description: String
}
