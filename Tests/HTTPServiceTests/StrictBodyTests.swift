import Contracts
import HTTPService
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Strict request bodies")
struct StrictBodyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let json: String
        let field: String
        let expected: String
        var testDescription: String { json }
    }

    static let wrong = [
        Case(json: #"{"count":1}"#, field: "name", expected: "a value; the field is required"),
        Case(json: #"{"name":7}"#, field: "name", expected: "a text"),
        Case(json: #"{"name":null}"#, field: "name", expected: "a text, not null"),
        Case(json: #"{"name":"a","count":"1"}"#, field: "count", expected: "a whole number"),
        Case(json: #"{"name":"a","count":1.5}"#, field: "count", expected: "a whole number that fits"),
        Case(json: #"{"name":"a","count":99999999999999999999}"#, field: "count", expected: "a whole number that fits"),
        Case(
            json: #"{"name":"a","extra":0.5,"parts":[{"weight":1.5}],"count":1e30}"#, field: "count", expected: "a whole number that fits"),
        Case(json: #"{"name":"a","parts":{}}"#, field: "parts", expected: "a list"),
        Case(json: #"{"name":"a","parts":[{"weight":1},{"weight":"x"}]}"#, field: "parts[1].weight", expected: "a number"),
        Case(
            json: #"{"name":"a","parts":[{"weight":1,"role":"king"}]}"#, field: "parts[0].role",
            expected: "one of the values that the contract lists, not 'king'"),
        Case(json: #"{"name":"a","colour":1}"#, field: "colour", expected: "no such field; the contract does not know it"),
        Case(
            json: #"{"name":"a","parts":[{"weight":1},{"weight":1,"wieght":2}]}"#, field: "parts[1].wieght",
            expected: "no such field; the contract does not know it"),
        Case(json: #"{"name":"a\u0000b"}"#, field: "name", expected: "a text without the character U+0000"),
        Case(json: #"{"name":"a","extra":[{"x":"\u0000"}]}"#, field: "extra[0].x", expected: "a text without the character U+0000"),
        Case(json: "[]", field: "", expected: "an object"),
        Case(json: "7", field: "", expected: "an object"),
    ]

    @Test("a wrong field is named with what was expected", arguments: wrong)
    func named(wrong: Case) async throws {
        let answer = try await put(wrong.json)

        #expect(answer.status == 400)
        #expect(answer.json["code"] == "request.invalid_field")
        #expect(answer.json["errors"]?.arrayValue?.first == ["field": .string(wrong.field), "expected": .string(wrong.expected)])
    }

    @Test(
        "what is no JSON is malformed",
        arguments: ["", "{", "nonsense", #"{"name":"a"} x"#, #"{"name":"\ud800"}"#, "\u{0}", String(repeating: "[", count: 100_000)])
    func malformed(text: String) async throws {
        let answer = try await put(text)

        #expect(answer.status == 400)
        #expect(answer.json["code"]?.stringValue?.hasPrefix("request.") == true)
    }

    @Test("known fields, free-form values and nulls are taken")
    func taken() async throws {
        let answer = try await put(#"{"name":"a","count":null,"parts":[{"weight":2,"role":"viewer"}],"extra":{"any":[1,{"x":"y"}]}}"#)

        #expect(answer.status == 200)
        #expect(answer.json["extra"] == ["any": [1, ["x": "y"]]])
    }

    @Test("a NUL at any depth is found at once", .timeLimit(.minutes(1)))
    func deepNul() async throws {
        let nested = String(repeating: #"[{"x":"#, count: 20) + #""\u0000""# + String(repeating: "}]", count: 20)

        let answer = try await put(#"{"name":"a","extra":\#(nested)}"#)

        #expect(answer.status == 400)
        #expect(answer.json["errors"]?.arrayValue?.first?["expected"] == "a text without the character U+0000")
    }

    @Test("another content type is 415", arguments: ["text/plain", "application/x-www-form-urlencoded", "json"])
    func contentType(type: String) async throws {
        #expect(try await put(#"{"name":"a"}"#, type: type).status == 415)
    }

    private func put(_ text: String, type: String = "application/json; charset=utf-8") async throws -> ProbeAnswer {
        let token = TestAuthority().key(roles: [.engineer])
        return try await withRunning(makeEchoService()) { probe async throws in
            try await probe.send(
                "PUT", "/v1/registry/capabilities/a", token: token, headers: ["Content-Type": type], body: Array(text.utf8))
        }
    }
}
