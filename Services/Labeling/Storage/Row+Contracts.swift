import Contracts
import Foundation
import Postgres

extension Row {
    /// A column of JSON text as a contract type.
    func json<T: Decodable>(_ column: String, as type: T.Type) throws -> T {
        try WireJSON.decode(type, from: Data(try decode(column, as: String.self).utf8))
    }

    /// A column of JSON text, or NULL, as a contract type.
    func optionalJSON<T: Decodable>(_ column: String, as type: T.Type) throws -> T? {
        try decode(column, as: String?.self).map { try WireJSON.decode(type, from: Data($0.utf8)) }
    }
}

/// JSON text of a contract type, for a jsonb column.
func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
}
