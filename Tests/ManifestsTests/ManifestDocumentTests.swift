import Contracts
import Foundation
import Manifests
import Testing

@Suite("Documents of manifests")
struct ManifestDocumentTests {
    @Test("YAML keeps its types: numbers, truth values, and text that looks like something else")
    func types() throws {
        let text = """
            { count: 7, share: 0.93, big: 18446744073709551615, warn: true, none: null, quoted: "8", day: 2026-01-31,
              list: [1, two], merged: { a: 1 } }
            """
        let value = try #require(ManifestDocument.documents(text).first).value

        #expect(
            value
                == [
                    "count": 7, "share": 0.93, "big": .number(Double(UInt64.max)), "warn": true, "none": nil, "quoted": "8",
                    "day": "2026-01-31", "list": [1, "two"], "merged": ["a": 1],
                ])
    }

    @Test("a field is known by line and column, and one that is missing by those of what it is missing from")
    func marks() throws {
        let text = "kind: Capability\ntests:\n  - { name: a, atLeast: 0.8 }\n  - name: b\n    atLeast: x\n"
        let document = try #require(ManifestDocument.documents(text).first)

        #expect(document.mark(of: "tests[1].atLeast") == DocumentMark(line: 5, column: 5))
        #expect(document.mark(of: "tests[0].atLeast") == DocumentMark(line: 3, column: 16))
        #expect(document.mark(of: "tests[0].metric") == DocumentMark(line: 3, column: 5))
        #expect(document.mark(of: "metadata.team") == DocumentMark(line: 1, column: 1))
        #expect(
            document.located(FieldFault("tests[1].atLeast", expected: "a number"))
                == FieldFault("tests[1].atLeast", expected: "a number", line: 5, column: 5))
    }

    @Test("JSON is YAML: its fields have places too")
    func json() throws {
        let document = try #require(ManifestDocument.documents("{\"tests\":\n [{\"name\": \"a\"}]}").first)

        #expect(document.mark(of: "tests[0].name") == DocumentMark(line: 2, column: 4))
    }

    @Test("documents without content are left out")
    func empty() throws {
        #expect(try ManifestDocument.documents("a: 1\n---\n---\nb: 2\n---\n").map(\.value) == [["a": 1], ["b": 2]])
        #expect(try ManifestDocument.documents("") == [])
    }

    /// Nine levels of nine references each: a few hundred letters that stand for 387,420,489 values.
    static let bomb = (1...9).reduce("a0: &a0 x\n") { text, level in
        text + "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ","))]\n"
    }

    @Test(
        "what would be too much, too deep or no document is refused, with its place where there is one",
        arguments: [
            (bomb, nil), (String(repeating: "[", count: 200_000), nil), ("a: [b", 2), ("a: 1\na: 2", nil), ("a: .inf", 1),
            ("a: b\n c: d", 2), ("? [x]\n: 1", 1), (String(repeating: "- ", count: 5_000) + "x", nil), ("a: *nowhere", nil),
        ] as [(String, Int?)])
    func refused(text: String, line: Int?) {
        let fault = #expect(throws: DocumentFault.self) { try ManifestDocument.documents(text) }
        if let line { #expect(fault?.mark?.line == line, "\(fault.map(String.init(describing:)) ?? "")") }
    }

    @Test("long keys above many values are refused, for all that they would be kept with each; many values alone are not")
    func longPaths() throws {
        let zeros = Array(repeating: "0", count: 5_000).joined(separator: ",")
        let key = String(repeating: "k", count: 900)
        let long = String(repeating: "{\(key): ", count: 20) + "[\(zeros)]" + String(repeating: "}", count: 20)
        let many = "{inputs: {pixels: [\(Array(repeating: zeros, count: 18).joined(separator: ","))]}}"

        let fault = #expect(throws: DocumentFault.self) { try ManifestDocument.documents(long) }
        #expect(fault?.reason.contains("keys") == true && fault?.mark?.line == 1)
        #expect(try ManifestDocument.documents(many).first?.value["inputs"]?["pixels"]?.arrayValue?.count == 90_000)
    }

    @Test("an anchor stands for what it marks, a few times")
    func anchors() throws {
        let value = try ManifestDocument.documents("a: &x { b: 1 }\nc: *x\nd: *x").first?.value

        #expect(value?["d"] == ["b": 1])
    }
}
