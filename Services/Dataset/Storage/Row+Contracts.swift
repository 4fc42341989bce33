import Contracts
import Foundation
import Postgres

extension Row {
    /// A column of JSON text as a contract type.
    func json<T: Decodable>(_ column: String, as type: T.Type) throws -> T {
        try WireJSON.decode(type, from: Data(try decode(column, as: String.self).utf8))
    }
}
