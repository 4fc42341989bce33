import Contracts
import Foundation
import TestSupport
import Testing

@Suite("Imports", .serialized)
struct ImportTests {
    @Test(
        "columns are found by their names",
        arguments: [
            "id,pixels,source,label\na,\"[1, 2.5]\",b,2\n",
            "id,p0,p1,source,label\r\na,1,2.5,b,2\r\n",
            "id,pixels[1],pixels[0],context.source,label\na,2.5,1,b,2",
            "\u{FEFF}label,pixels_0,pixels_1,id,source\n2,1.0,2.5,a,b\n\n",
            "\"id\",input.pixels,\"source\",label\n\"a\",\"[[1],[2.5]]\",\"b\",\"2\"\n",
        ])
    func conventions(text: String) async throws {
        try await withShapes { client in
            let answer = try await client.importFile(text)

            #expect(answer.status == 201, "\(answer.text)")
            let row = try #require(try await client.rows(1).first)
            #expect(row.id == "a")
            #expect(row.input == ["pixels": [1, 2.5]])
            #expect(row.context == ["source": "b"])
            #expect(row.label == 2)
        }
    }

    @Test("the owner may say what a column is")
    func mapping() async throws {
        try await withShapes { client in
            let answer = try await client.importFile(
                "scan,p0,p1,digit,writer,notes\ns1,1,2,2,7,\"a, b\"\n",
                query: "?label=digit&id=scan&group=writer&ignore=notes&message=scans")

            #expect(answer.status == 201, "\(answer.text)")
            #expect(try answer.decode(DatasetVersion.self).message == "scans")
            let row = try #require(try await client.rows(1).first)
            #expect(row.id == "s1")
            #expect(row.label == 2)
            #expect(row.context == [:])
        }
    }

    @Test("JSON Lines hold rows as the contract has them")
    func lines() async throws {
        try await withShapes { client in
            let text = """
                {"id":"a","input":{"pixels":[1,2]},"context":{"source":"b","site":4},"label":1}

                {"input":{"pixels":[3,4]},"selection":{"method":"random","probability":0.5}}
                """
            let answer = try await client.importFile(text, type: "application/x-ndjson")

            #expect(answer.status == 201, "\(answer.text)")
            let rows = try await client.rows(1)
            #expect(rows.first { $0.id == "a" }?.context == ["source": "b", "site": 4])
            let other = try #require(rows.first { $0.id != "a" })
            #expect(other.id == RowID.derived(input: ["pixels": [3, 4]], context: [:]))
            #expect(other.selection?.probability == 0.5)
        }
    }

    @Test("an import that is repeated adds nothing")
    func repeated() async throws {
        try await withShapes { client in
            let text = "p0,p1,source\n1,2,a\n3,4,b\n1,2,a\n"
            let first = try await client.importFile(text)
            let second = try await client.importFile(text)

            #expect(first.status == 201)
            #expect(second.status == 200)
            #expect(try second.decode(DatasetVersion.self) == (try first.decode(DatasetVersion.self)))
            #expect(try await client.rows(1).count == 2)
        }
    }

    private static let faulty: [(text: String, status: Int, field: String, expected: String)] = [
        ("p0,p1,source\n1,x,a\n", 422, "line 2: column p1", "a number, not “x”"),
        ("p0,p1,source\n1,2,a\n1,,a\n", 422, "line 3: column p1", "a number"),
        ("p0,p1,source\n1,17,a\n", 422, "line 2: input.pixels[1]", "from 0 to 16"),
        ("p0,p1,p2\n1,2,3\n", 422, "column p0", "ignore="),
        ("p0,p1,digit\n1,2,3\n", 422, "column digit", "label="),
        ("pixels,label\n\"[1,2,3]\",1\n", 422, "line 2: input.pixels", "2 elements, not 3"),
        ("pixels,label\n\"[1,2]\",9\n", 422, "line 2: label", "one of 0, 1, 2"),
        ("source,label\na,1\n", 422, "columns", "at least one input"),
        ("p0,p1\n1,2,3\n", 400, "", "Line 2 has 3 fields, the header 2"),
        ("p0,p0\n1,2\n", 400, "", "two columns"),
        ("p0,p1\n1,\"2\n", 400, "", "Line 2: a quote is never closed"),
        ("p0,p1\n1,2\"3\n", 400, "", "Line 2: a quote inside"),
        ("", 400, "", "The file is empty"),
        ("p0,p1\n", 400, "", "The file has no row"),
    ]

    @Test("faults are told by line and column")
    func faults() async throws {
        try await withShapes { client in
            for (text, status, field, expected) in Self.faulty {
                let answer = try await client.importFile(text)

                #expect(answer.status == status, "\(answer.text)")
                let problem = try answer.decode(Problem.self)
                if !field.isEmpty { #expect(problem.errors?.first?.field == field, "\(answer.text)") }
                #expect(answer.text.contains(expected), "\(answer.text)")
            }
            #expect(try await client.get("").decode(DatasetRecord.self).latestVersion == nil)
        }
    }

    private static let hostile: [(text: String, mention: String)] = [
        ("{\"input\":{\"pixels\":[1,2]}}\n{\"input\"", "Line 2"), ("[]\n", "line 1: "),
        ("{\"input\":{\"pixels\":[1]}}", "line 1: input.pixels"),
        ("{\"inputs\":{}}", "line 1: inputs"), ("{\"input\":{\"pixels\":[1,2],\"x\":1}}", "line 1: input.x"),
        ("{\"input\":{\"pixels\":[1,1e999]}}", "beyond the range of a double"),
        ("{\"input\":{\"pixels\":[1,2]},\"context\":{\"source\":5}}", "line 1: context.source"),
        ("{\"input\":{\"pixels\":[1,2]},\"id\":\"a\\u0000b\"}", "U+0000"),
        ("{\"input\":{\"pixels\":[1,2]},\"selection\":{\"method\":\"best\"}}", "line 1: selection"),
    ]

    @Test("JSON Lines that are none are refused with their line")
    func hostileLines() async throws {
        try await withShapes { client in
            for (text, mention) in Self.hostile {
                let answer = try await client.importFile(text, type: "application/x-ndjson")

                #expect((400..<500).contains(answer.status), "\(answer.status) \(answer.text)")
                #expect(answer.text.contains(mention), "\(answer.text)")
            }
        }
    }

    @Test("other content types are refused")
    func contentType() async throws {
        try await withShapes { client in
            let answer = try await client.importFile("x", type: "application/xml")

            #expect(answer.status == 415)
        }
    }
}
