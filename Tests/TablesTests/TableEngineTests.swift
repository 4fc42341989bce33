import Foundation
import Tables
import TestSupport
import Testing

@Suite("The table engine")
struct TableEngineTests {
    @Test("values of every type come back as they are, with their nulls")
    func types() async throws {
        try await withEngine { engine, _ in
            let table = try await engine.query(
                """
                SELECT * FROM (VALUES
                    (1, TRUE, 1::TINYINT, 300::USMALLINT, 18000000000000000000::HUGEINT - 18000000000000000001::HUGEINT, 1.25, 0.5::FLOAT,
                     0.1::DOUBLE, 'short', '\\xAB'::BLOB, [1.0::DOUBLE, 2.0]),
                    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                    (3, FALSE, -1, 7, 5, -2.5, 1, 1e300, 'a text that is longer than twelve bytes: ü', 'x'::BLOB, []),
                    (4, FALSE, -1, 7, 5, -2.5, 1, 1e300, '', ''::BLOB, [3.5]))
                AS t(n, b, i, u, h, d, f, x, s, y, l) ORDER BY n
                """)

            let flags = try table.column("b")
            #expect(flags.optional(try flags.bools()) == [true, nil, false, false])
            let small = try table.column("i")
            #expect(small.optional(try small.integers()) == [1, nil, -1, -1])
            #expect(try table.column("u").integers().first == 300)
            #expect(try table.column("h").integers().first == -1)
            #expect(try table.column("d").doubles().first == 1.25)
            let single = try table.column("f")
            #expect(single.optional(try single.doubles()) == [0.5, nil, 1, 1])
            #expect(try table.column("x").doubles()[2] == 1e300)
            let texts = try table.column("s")
            #expect(texts.optional(try texts.texts()) == ["short", nil, "a text that is longer than twelve bytes: ü", ""])
            #expect(try table.column("y").blobs() == [[0xAB], [], [UInt8(ascii: "x")], []])
            #expect(try table.column("l").values == .list(offsets: [0, 2, 2, 2, 3], elements: .double([1, 2, 3.5])))
            #expect(try table.column("l").nulls == [false, true, false, false])
        }
    }

    @Test("a table of many chunks survives a Parquet file")
    func parquet() async throws {
        try await withEngine { engine, folder in
            let count = 5_000
            let table = Table([
                TableColumn("n", .integer((0..<count).map(Int64.init))),
                TableColumn("text", .text((0..<count).map { String(repeating: "x", count: $0 % 20) })),
                TableColumn("flag", .bool((0..<count).map { $0 % 3 == 0 }), nulls: (0..<count).map { $0 % 7 == 0 }),
                TableColumn("bytes", .blob((0..<count).map { [UInt8($0 & 255)] })),
                TableColumn(
                    "list", .list(offsets: (0...count).map { $0 * 3 }, elements: .double((0..<count * 3).map { Double($0) / 8 }))),
                TableColumn("single", .float((0..<count).map { Float($0) / 4 })),
            ])
            let file = folder.appending(path: "it's.parquet")

            try await engine.write(table, to: file, metadata: ["format": "test/1"])
            let back = try await engine.query("SELECT * FROM \(TableSQL.parquet([file])) ORDER BY n")
            let format = try await engine.query(
                "SELECT decode(value) AS value FROM parquet_kv_metadata(\(TableSQL.literal(file.path))) WHERE decode(key) = 'format'")

            #expect(back.count == count)
            for column in table.columns where column.name != "flag" { #expect(try back.column(column.name).values == column.values) }
            let flags = try back.column("flag")
            #expect(flags.optional(try flags.bools()) == table.columns[2].optional(try table.columns[2].bools()))
            #expect(try format.column("value").texts() == ["test/1"])
        }
    }

    @Test("parameters are values, never text of the statement")
    func parameters() async throws {
        try await withEngine { engine, _ in
            let hostile = "'; DROP TABLE x; --"
            let table = try await engine.query(
                "SELECT ?::VARCHAR AS a, ?::BIGINT AS b, ?::DOUBLE AS c, ?::BOOLEAN AS d, ?::BLOB AS e, ?::VARCHAR AS f",
                [.text(hostile), .integer(.min), .double(0.1), .bool(true), .blob([0, 255]), .null])

            #expect(try table.column("a").texts() == [hostile])
            #expect(try table.column("b").integers() == [.min])
            #expect(try table.column("c").doubles() == [0.1])
            #expect(try table.column("d").bools() == [true])
            #expect(try table.column("e").blobs() == [[0, 255]])
            #expect(try table.column("f").isNull(0))
        }
    }

    @Test(
        "nothing outside of its folders is read or written, and nothing can change that",
        arguments: [
            "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')",
            "COPY (SELECT 1) TO '/tmp/mlmesh-outside.parquet'", "ATTACH '/tmp/mlmesh-outside.db' AS x",
            "SELECT * FROM read_text('https://example.com/')", "SET enable_external_access = true", "SET memory_limit = '64GB'",
            "INSTALL httpfs", "LOAD '/tmp/x.duckdb_extension'",
        ])
    func fence(sql: String) async throws {
        try await withEngine { engine, folder in
            await #expect(throws: TableError.self) { try await engine.query(sql) }

            // It still works inside.
            try await engine.write(query: "SELECT 1 AS one", to: folder.appending(path: "inside.parquet"))
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: "inside.parquet").path))
            #expect(!FileManager.default.fileExists(atPath: "/tmp/mlmesh-outside.parquet"))
        }
    }

    @Test("two statements in one text are refused")
    func oneStatement() async throws {
        try await withEngine { engine, _ in
            let error = await #expect(throws: TableError.self) { try await engine.query("SELECT 1; SELECT 2") }

            #expect(error?.kind == .statement)
        }
    }

    @Test("a statement that takes too long is ended, and the engine goes on")
    func timeLimit() async throws {
        try await withEngine { engine, _ in
            let start = ContinuousClock.now
            let error = await #expect(throws: TableError.self) {
                try await engine.query("SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)", within: .milliseconds(100))
            }

            #expect(error?.kind == .timeLimit)
            #expect(ContinuousClock.now - start < .seconds(10))
            let seven = try await engine.query("SELECT 7 AS n")
            #expect(try seven.column("n").integers() == [7])
        }
    }

    @Test("a cancelled task ends its statement")
    func cancellation() async throws {
        try await withEngine { engine, _ in
            let task = Task { try await engine.query("SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)") }
            task.cancel()
            let result = await task.result

            #expect { try result.get() } throws: { ($0 as? TableError)?.kind == .cancelled }
        }
    }

    @Test("more than the memory limit is an error, not the end of the process")
    func memoryLimit() async throws {
        let limits = TableEngine.Limits(memory: 32 << 20, threads: 1)
        try await withEngine(limits: limits) { engine, _ in
            await #expect(throws: TableError.self) {
                try await engine.query("SELECT length(list(repeat('x', 1000) || i)::VARCHAR) AS n FROM range(1000000) t(i)")
            }
            let seven = try await engine.query("SELECT 7 AS n")
            #expect(try seven.column("n").integers() == [7])
        }
    }

    @Test("a library that is none is refused with its path")
    func library() throws {
        let error = #expect(throws: TableError.self) {
            try TableEngine(libraryPath: "/nonexistent/libduckdb.so", folders: [], scratch: URL(filePath: "/tmp"))
        }

        #expect(error?.kind == .library)
        #expect(error?.description.contains("/nonexistent/libduckdb.so") == true)
    }

    @Test("small tables are joined with a query under their names")
    func joined() async throws {
        try await withEngine { engine, _ in
            let wanted = Table([TableColumn("n", .integer([2, 4]))])
            let table = try await engine.query(
                "SELECT t.n * 10 AS m FROM range(6) t(n) JOIN wanted USING (n) ORDER BY 1", with: ["wanted": wanted])

            #expect(try table.column("m").integers() == [20, 40])
        }
    }
}
