import Contracts
import Foundation
import Slices
import Testing

@Suite("The slice grammar")
struct SliceGrammarTests {
    @Test(
        "a predicate has one canonical text, which reads back as the same predicate",
        arguments: [
            ("label=8", "label = 8"),
            ("label <> 8", "label != 8"),
            ("context.source = 'it''s'", "context.source = 'it''s'"),
            ("context.source in('a','b')", "context.source IN ('a', 'b')"),
            ("NOT context.source NOT IN ('ü')", "NOT context.source NOT IN ('ü')"),
            ("input.pixels[3] between -0.5 and 1e3", "input.pixels[3] BETWEEN -0.5 AND 1000"),
            ("input.x not between 1 and 2", "input.x NOT BETWEEN 1 AND 2"),
            ("label is null", "label IS NULL"),
            ("label Is Not Null or prediction.label>=1E300", "label IS NOT NULL OR prediction.label >= 1e+300"),
            ("context.new = true AND label = 1 OR label=2", "context.new = TRUE AND label = 1 OR label = 2"),
            ("(label = 1 OR label = 2) AND label != 3", "(label = 1 OR label = 2) AND label != 3"),
            ("(label = 1)", "label = 1"),
            ("((label = 1 AND label = 2) AND label = 3)", "(label = 1 AND label = 2) AND label = 3"),
            ("not (label = 1 or label = 2)", "NOT (label = 1 OR label = 2)"),
            ("label = 9223372036854775807", "label = 9223372036854775807"),
            ("label = -9223372036854775808", "label = -9223372036854775808"),
            ("label = 9223372036854775808", "label = 9.223372036854776e+18"),
            ("label = 3.0", "label = 3"),
            ("label = -0.0", "label = 0"),
            ("label\n\t=\r\n''", "label = ''"),
        ])
    func canonicalText(text: String, canonical: String) throws {
        let predicate = try SlicePredicate(text)

        #expect(predicate.description == canonical)
        #expect(try SlicePredicate(canonical) == predicate)
    }

    @Test(
        "an error says where it is and what was expected",
        arguments: [
            ("", 1, "a field"),
            ("labels = 8", 1, "a field"),
            ("Label = 8", 1, "a field"),
            ("label", 6, "a comparison"),
            ("label = ", 9, "a number"),
            ("label = x", 9, "a number"),
            ("label = NULL", 9, "a number"),
            ("label == 8", 7, "=, !="),
            ("label ! 8", 7, "=, !="),
            ("label = 8 label = 9", 11, "AND, OR or the end"),
            ("(label = 8", 11, "AND, OR or )"),
            ("label = 'ab", 9, "a closing '"),
            ("label = 'a\0b'", 11, "a text without a NUL"),
            ("label = 12x", 9, "a number as 12"),
            ("label = 1.", 9, "a number as 12"),
            ("label = 1e999", 9, "not beyond the range"),
            ("label IN ()", 11, "a number"),
            ("label IN 8", 10, "( and the values"),
            ("label IN (1, 2", 15, ", or )"),
            ("label NOT = 8", 11, "IN or BETWEEN"),
            ("label IS 8", 10, "NULL or NOT NULL"),
            ("label BETWEEN 1 OR 2", 17, "AND and the upper end"),
            ("context = 1", 9, ". and a name"),
            ("context.9 = 1", 9, "a name"),
            ("context._x = 1", 9, "a name"),
            ("context.a[0] = 1", 10, "a comparison"),
            ("input.a[-1] = 1", 9, "a position from 0"),
            ("input.a[0 = 1", 11, "]"),
            ("label = 8; DROP TABLE rows", 10, "a field, a literal"),
            ("context.\"a\" = 1", 9, "a field, a literal"),
            ("label = 'é' AND ü", 17, "a field, a literal"),
        ])
    func parseErrors(text: String, position: Int, expected: String) {
        let error = #expect(throws: SliceParseError.self) { try SlicePredicate(text) }

        #expect(error?.position == position)
        #expect(error?.expected.contains(expected) == true, "\(String(describing: error))")
    }

    @Test("length and depth are bounded")
    func caps() throws {
        let deep = SlicePredicate.deepestNesting - 1
        _ = try SlicePredicate(String(repeating: "(", count: deep) + "label = 1" + String(repeating: ")", count: deep))

        #expect(throws: SliceParseError.self) { try SlicePredicate(String(repeating: "(", count: 4_000)) }
        #expect(throws: SliceParseError.self) { try SlicePredicate(String(repeating: "NOT ", count: 900) + "label = 1") }
        #expect(throws: SliceParseError.self) {
            try SlicePredicate("label = '" + String(repeating: "x", count: SlicePredicate.longestText) + "'")
        }
    }

    @Test("fields are listed once, in the order of the text")
    func fields() throws {
        let predicate = try SlicePredicate("label = 1 AND (input.x[2] > 0 OR NOT context.a IS NULL) AND label != 2 AND input.x[3] IN (1)")

        #expect(
            predicate.fields == [.label, SliceField(.input, "x", index: 2), SliceField(.context, "a"), SliceField(.input, "x", index: 3)])
    }

    @Test("a predicate travels as its text")
    func codable() throws {
        let predicate = try SlicePredicate("label = 8 OR context.source = 'b'")

        let data = try JSONEncoder().encode([predicate])

        #expect(String(decoding: data, as: UTF8.self) == #"["label = 8 OR context.source = 'b'"]"#)
        #expect(try JSONDecoder().decode([SlicePredicate].self, from: data) == [predicate])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([SlicePredicate].self, from: Data(#"["label ="]"#.utf8)) }
    }

    @Test("random texts parse or fail with a position inside them, and what parses is stable", arguments: 0..<20)
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "label", "input.", "x", "[", "0", "]", "=", "<", ">", "!", "AND", " OR ", "NOT ", "(", ")", "'", "''", "a", "é", "IN",
            "BETWEEN ",
            "IS ", "NULL", ",", "-", "1.5", "e9", "\0", "context.a", " ", "TRUE", "\u{1F600}",
        ]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            do throws(SliceParseError) {
                let predicate = try SlicePredicate(text)
                #expect(try SlicePredicate(predicate.description) == predicate)
            } catch {
                #expect((1...text.count + 1).contains(error.position), "\(text): \(error)")
            }
        }
    }
}
