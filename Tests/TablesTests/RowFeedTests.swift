import Contracts
import Foundation
import Tables
import Tensors
import Testing

@Suite("Rows read straight from a Parquet file")
struct RowFeedTests {
    private func field(_ datatype: String = "FP32", width: Int, maximum: Double? = nil) throws -> TensorField {
        try #require(TensorField(.init(name: "x", datatype: datatype, shape: [-1, width], maximum: maximum)))
    }

    /// What a feed gives of some rows: their numbers as doubles, the faults by row, and whether all came straight from the file.
    private func read(_ engine: TableEngine, _ file: URL, _ field: TensorField, _ range: Range<Int>, rows: Int) async throws -> (
        numbers: [Double], faults: [Int: String], isDirect: Bool
    ) {
        let source = try await RowSource.open(engine, file: file, format: .parquet)
        let projection = try RowProjection(source.columns, fields: [field], reserved: [])
        var feed = engine.feed(projection, of: source, range, rows: rows)
        var (numbers, faults) = ([Double](), [Int: String]())
        var next = range.lowerBound
        while let slice = try await feed.next() {
            #expect(slice.first == next && slice.count <= rows)
            next += slice.count
            for batch in slice.batches { numbers += batch.inputs[0].doubles ?? [] }
            for (place, fault) in slice.faults { faults[slice.first + place] = fault }
        }
        #expect(next == range.upperBound)
        return (numbers, faults, feed.isDirect)
    }

    @Test("what the table engine writes: any codec, type and place of the rows", arguments: ["uncompressed", "snappy", "zstd"])
    func engineFiles(codec: String) async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            for (type, datatype, distinct) in [
                ("FLOAT", "FP32", 40), ("FLOAT", "FP32", 1_000_000), ("DOUBLE", "FP64", 1), ("INTEGER", "INT32", 300),
                ("BIGINT", "INT64", 7),
            ] {
                let file = folder.appending(path: "\(codec)-\(datatype)-\(distinct).parquet")
                let value = "((i * 31 + j * 7919) % \(distinct))"
                try await engine.write(
                    query: "SELECT i AS id, list_transform(range(67), lambda j: \(value)::\(type)) AS x FROM range(5000) t(i)", to: file,
                    options: ["FORMAT parquet", "COMPRESSION \(codec)", "ROW_GROUP_SIZE 2048"])
                for range in [0..<5000, 1999..<2100, 4096..<4097, 2048..<4096] {
                    let found = try await read(engine, file, try field(datatype, width: 67), range, rows: 700)
                    #expect(found.isDirect == (codec != "zstd") && found.faults.isEmpty, "\(codec) \(datatype) \(range)")
                    let expected = range.flatMap { row in (0..<67).map { Double((row * 31 + $0 * 7919) % distinct) } }
                    #expect(found.numbers == expected, "\(codec) \(datatype) \(distinct) \(range)")
                }
            }
        }
    }

    @Test("what another writer writes, with pages of either version", arguments: [ParquetFixture.first, ParquetFixture.second])
    func otherFiles(text: String) async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let file = folder.appending(path: "other.parquet")
            try ParquetFixture.file(text).write(to: file)
            for range in [0..<40, 3..<4, 20..<30, 39..<40] {
                let found = try await read(engine, file, try field(width: 5), range, rows: 8)
                #expect(found.isDirect && found.numbers == range.flatMap(ParquetFixture.row).map(Double.init), "\(range)")
            }
        }
    }

    @Test("rows that are not as the others go through the table engine, with their reasons, and no row twice")
    func irregular() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let odd = [
                "CASE WHEN i = 1500 THEN [1, 2]::FLOAT[] ELSE [i, 1, 2]::FLOAT[] END": "input x has 2 elements, expected 3",
                "CASE WHEN i = 1500 THEN NULL ELSE [i, 1, 2]::FLOAT[] END": "input x is missing or not of its type",
                "CASE WHEN i = 1500 THEN [i, NULL, 2]::FLOAT[] ELSE [i, 1, 2]::FLOAT[] END": "input x, element 1 is missing or no FP32",
                "CASE WHEN i = 1500 THEN [i, 1, 9000]::FLOAT[] ELSE [i, 1, 2]::FLOAT[] END":
                    "input x, element 2 must be a number of at most 5000",
                "CASE WHEN i = 1500 THEN [i, 1, 'nan'::FLOAT] ELSE [i, 1, 2]::FLOAT[] END":
                    "input x, element 2 must be a number of at most 5000",
            ]
            for (index, (value, reason)) in odd.enumerated() {
                let file = folder.appending(path: "odd-\(index).parquet")
                try await engine.write(
                    query: "SELECT \(value) AS x FROM range(3000) t(i)", to: file,
                    options: ["FORMAT parquet", "COMPRESSION snappy", "ROW_GROUP_SIZE 2048"])
                let found = try await read(engine, file, try field(width: 3, maximum: 5000), 0..<3000, rows: 100)
                #expect(!found.isDirect && found.faults == [1500: reason], "\(value): \(found.faults)")
                #expect(found.numbers == (0..<3000).filter { $0 != 1500 }.flatMap { [Double($0), 1, 2] }, "\(value)")
            }
        }
    }

    @Test("lists of other lengths that add up to the same are not taken for rows")
    func lengths() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let file = folder.appending(path: "lengths.parquet")
            try await engine.write(
                query: "SELECT range(CASE i % 4 WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 2 THEN 3 ELSE 6 END)::FLOAT[] AS x FROM range(400) t(i)",
                to: file, options: ["FORMAT parquet", "COMPRESSION snappy"])
            let found = try await read(engine, file, try field(width: 3), 200..<400, rows: 50)
            #expect(found.faults.count == 150 && found.numbers == (0..<50).flatMap { _ in [0.0, 1, 2] })
        }
    }

    @Test("a damaged page is never read as rows")
    func damaged() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let whole = try ParquetFixture.file(ParquetFixture.first)
            let field = try field(width: 5)
            let expected = (0..<40).flatMap(ParquetFixture.row).map(Double.init)
            for place in stride(from: 4, to: whole.count - 8, by: 7) {
                var bytes = whole
                bytes[place] ^= 0x55
                let file = folder.appending(path: "damaged-\(place).parquet")
                try bytes.write(to: file)
                // Some damage changes a number and nothing else; none may crash, and none may change how many rows there are.
                guard let found = try? await read(engine, file, field, 0..<40, rows: 8) else { continue }
                #expect(found.numbers.count + found.faults.count * 5 == expected.count)
            }
        }
    }

    @Test("half-precision inputs take numbers, rounded to the nearest, and refuse those beyond their range")
    func halves() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let file = folder.appending(path: "halves.parquet")
            try await engine.write(
                query: "SELECT x FROM (VALUES ([1.0, 0.1]), ([65504, -2]), ([70000, 0]), ([1e39, 0])) t(x)", to: file,
                options: ["FORMAT parquet"])
            let half = try await read(engine, file, try field("FP16", width: 2), 0..<4, rows: 10)
            #expect(half.numbers == [1, 0.0999755859375, 65504, -2])
            #expect(half.faults[2] == "input x, element 0 must lie between -65504 and 65504" && half.faults.count == 2)
            let brain = try await read(engine, file, try field("BF16", width: 2), 0..<4, rows: 10)
            #expect(brain.numbers == [1, 0.10009765625, 65536, -2, 70144, 0] && brain.faults.count == 1)
        }
    }
}
