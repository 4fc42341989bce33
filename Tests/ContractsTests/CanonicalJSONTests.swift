import Contracts
import Foundation
import Testing

@Suite("Canonical JSON (RFC 8785)")
struct CanonicalJSONTests {
    private struct File: Decodable {
        struct Number: Decodable {
            let bits: String
            let text: String
        }

        struct Document: Decodable {
            let json: String
            let canonical: String
        }

        let numbers: [Number]
        let documents: [Document]
    }

    @Test("numbers are written as appendix B and ECMAScript have them")
    func numbers() throws {
        let numbers = try Vectors.read(File.self, "canonical.json").numbers

        for number in numbers {
            let bits = try #require(UInt64(number.bits, radix: 16))
            #expect(String(decoding: JSONValue.number(Double(bitPattern: bits)).canonical, as: UTF8.self) == number.text)
        }
        #expect(numbers.count >= 200)
    }

    @Test("documents are written as sections 3.2.2 and 3.2.3 have them, ids beyond 2^53 with all digits")
    func documents() throws {
        for document in try Vectors.read(File.self, "canonical.json").documents {
            let value = try WireJSON.decode(JSONValue.self, from: Data(document.json.utf8))

            #expect(String(decoding: value.canonical, as: UTF8.self) == document.canonical)
        }
    }

    @Test("what is canonical stays as it is")
    func idempotent() throws {
        for document in try Vectors.read(File.self, "canonical.json").documents {
            let again = try WireJSON.decode(JSONValue.self, from: Data(document.canonical.utf8))

            #expect(String(decoding: again.canonical, as: UTF8.self) == document.canonical)
        }
    }

    @Test("a number that JSON does not have is null", arguments: [Double.nan, .infinity, -.infinity])
    func notANumber(value: Double) {
        #expect(String(decoding: JSONValue.number(value).canonical, as: UTF8.self) == "null")
    }
}
