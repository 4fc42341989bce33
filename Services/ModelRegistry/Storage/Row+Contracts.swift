import Contracts
import Foundation
import Postgres

extension Row {
    /// A column of JSON text as a contract type.
    func json<T: Decodable>(_ column: String, as type: T.Type) throws -> T {
        try WireJSON.decode(type, from: Data(try decode(column, as: String.self).utf8))
    }

    /// A column that holds a digest's wire form.
    func digest(_ column: String) throws -> Digest {
        let text = try decode(column, as: String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "column \(column) holds no digest"))
        }
        return digest
    }
}
