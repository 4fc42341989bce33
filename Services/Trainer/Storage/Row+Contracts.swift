import Contracts
import Foundation
import Postgres

extension Row {
    /// A column of JSON text as a contract type.
    func json<T: Decodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        try WireJSON.decode(type, from: Data(try decode(column, as: String.self).utf8))
    }

    /// A column of JSON text that may be NULL.
    func optionalJSON<T: Decodable>(_ column: String, as type: T.Type = T.self) throws -> T? {
        try decode(column, as: String?.self).map { try WireJSON.decode(type, from: Data($0.utf8)) }
    }

    /// A column that holds a state's name.
    func state<T: RawRepresentable<String>>(_ column: String, as type: T.Type = T.self) throws -> T {
        let text = try decode(column, as: String.self)
        guard let state = T(rawValue: text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "column \(column) holds no state"))
        }
        return state
    }
}

/// JSON text of a contract type, for a jsonb column.
func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
}
