import Contracts
import Cryptography
import Foundation
import Testing

@Suite("Ids and digests of rows")
struct RowTests {
    private struct File: Decodable {
        struct Row: Decodable {
            let input: [String: JSONValue]
            let context: [String: JSONValue]
            let label: JSONValue?
            let id: String
            let salt: String
            let digest: String
        }

        struct Production: Decodable {
            let requestId: RequestID
            let row: Int
            let id: String
        }

        let rows: [Row]
        let production: [Production]
    }

    @Test("the id of a row is that of its content")
    func ids() throws {
        for row in try Vectors.read(File.self, "rows.json").rows {
            #expect(RowID.derived(input: row.input, context: row.context) == row.id)
        }
    }

    @Test("the digest of a row covers id, input, context, label and salt")
    func digests() throws {
        let rows = try Vectors.read(File.self, "rows.json").rows

        for row in rows {
            let salt = try #require(bytes(hexadecimal: row.salt))
            let digest = RowDigest.digest(id: row.id, input: row.input, context: row.context, label: row.label, salt: salt)
            #expect(digest.description == row.digest)
        }
        #expect(Set(rows.map(\.digest)).count == rows.count)
    }

    @Test("a row of a request is named by request and index")
    func production() throws {
        for vector in try Vectors.read(File.self, "rows.json").production {
            #expect(RowID.production(vector.requestId, row: vector.row) == vector.id)
        }
    }
}
