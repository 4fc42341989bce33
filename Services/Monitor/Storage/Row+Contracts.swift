import Contracts
import Foundation
import Postgres

extension Row {
    /// A column of JSON text as a contract type.
    func json<T: Decodable>(_ column: String, as type: T.Type) throws -> T {
        try WireJSON.decode(type, from: Data(try decode(column, as: String.self).utf8))
    }

    /// A column of JSON text, or NULL.
    func optionalJSON<T: Decodable>(_ column: String, as type: T.Type) throws -> T? {
        try decode(column, as: String?.self).map { try WireJSON.decode(type, from: Data($0.utf8)) }
    }

    /// A text column's UTF-8.
    func bytes(_ column: String) throws -> [UInt8] { Array(try decode(column, as: String.self).utf8) }
}
