import Contracts
import Foundation
import Testing

@testable import Tables

@Suite("Joining Parquet files")
struct ParquetJoinTests {
    /// A file of some rows of every kind of column that predictions have.
    private func part(_ engine: TableEngine, _ folder: URL, _ range: Range<Int>, groups: Int) async throws -> URL {
        let file = folder.appending(path: "part-\(range.lowerBound).parquet")
        try await engine.write(
            query: """
                SELECT i AS "row", 'id ' || (i % 100) AS id, [i / 2, NULL, i]::FLOAT[] AS p, CASE WHEN i % 7 = 0 THEN 'no' END AS error
                  FROM range(\(range.lowerBound), \(range.upperBound)) t (i)
                """, to: file, options: ["FORMAT parquet", "COMPRESSION zstd", "ROW_GROUP_SIZE \(groups)"])
        return file
    }

    @Test("rows of all parts are there in order, and can be read from the middle")
    func rows() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let ranges = [0..<5000, 5000..<5001, 5001..<15_000]
            var parts: [URL] = []
            for range in ranges { parts.append(try await part(engine, folder, range, groups: 2048)) }
            let joined = folder.appending(path: "joined.parquet")

            try ParquetJoin.join(parts, to: joined)

            let all = "SELECT * FROM read_parquet(\(TableSQL.literal(joined.path)))"
            let separate = "SELECT * FROM \(TableSQL.parquet(parts))"
            #expect(try await engine.query("SELECT count(*) AS n, max(\"row\") AS m FROM (\(all))").column("n").integers() == [15_000])
            let difference = try await engine.query(
                "SELECT count(*) AS n FROM ((\(all) EXCEPT ALL \(separate)) UNION ALL (\(separate) EXCEPT ALL \(all)))")
            #expect(try difference.column("n").integers() == [0])
            let middle = try await engine.query(
                """
                SELECT "row", file_row_number FROM read_parquet(\(TableSQL.literal(joined.path)), file_row_number = true)
                 WHERE file_row_number BETWEEN 4999 AND 5002
                """)
            #expect(try middle.column("row").integers() == [4999, 5000, 5001, 5002])
            #expect(try middle.column("file_row_number").integers() == [4999, 5000, 5001, 5002])
            let groups = try await engine.query(
                "SELECT max(row_group_id) + 1 AS n FROM parquet_metadata(\(TableSQL.literal(joined.path)))")
            #expect(try groups.column("n").integers() == [9])
        }
    }

    @Test("one part joined is the part, byte for byte: nothing of a footer is lost")
    func identity() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let part = try await part(engine, folder, 0..<5000, groups: 2048)
            let joined = folder.appending(path: "joined.parquet")
            try ParquetJoin.join([part], to: joined)
            #expect(try Data(contentsOf: joined) == Data(contentsOf: part))
        }
    }

    @Test("parts of other columns are refused, and so is what is no Parquet")
    func refusals() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let part = try await part(engine, folder, 0..<10, groups: 2048)
            let other = folder.appending(path: "other.parquet")
            try await engine.write(query: "SELECT 1 AS x", to: other, options: ["FORMAT parquet"])
            let noise = folder.appending(path: "noise")
            try Data("PAR1 this is none at all PAR1".utf8).write(to: noise)
            for parts in [[part, other], [noise], []] {
                #expect(throws: TableError.self) { try ParquetJoin.join(parts, to: folder.appending(path: "x.parquet")) }
            }
        }
    }

    @Test("bytes that are cut off or made up are refused, and crash nothing")
    func hostile() throws {
        let sound = CompactThrift.structure([
            .init(id: 1, type: 5, value: .integer(-3)), .init(id: 40, type: 8, value: .binary([1, 2, 3])),
            .init(id: 41, type: 9, value: .list(type: 5, (0..<20).map { .integer($0) })), .init(id: 42, type: 1, value: .bool(true)),
            .init(id: 43, type: 7, value: .double(Double.pi.bitPattern)),
        ]).encoded
        var reader = CompactThriftReader(sound)
        #expect(try reader.structure().encoded == sound)
        for length in 0..<sound.count {
            var reader = CompactThriftReader(Array(sound.prefix(length)))
            #expect(throws: TableError.self) { try reader.structure() }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 1...64, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var reader = CompactThriftReader(bytes)
            _ = try? reader.structure()
        }
        var deep = CompactThriftReader([UInt8](repeating: 0x1c, count: 1 << 20))
        #expect(throws: TableError.self) { try deep.structure() }
    }
}
