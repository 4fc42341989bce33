import Contracts
import Foundation
import Slices
import Tables
import Testing

@Suite("Rows of a dataset version")
struct DatasetTableTests {
    static let interface = Interface(
        inputs: [
            .init(name: "pixels", datatype: "FP32", shape: [-1, 2, 2]), .init(name: "age", datatype: "INT64", shape: [-1, 1]),
            .init(name: "name", datatype: "BYTES", shape: [-1]), .init(name: "grid", datatype: "FP32", shape: [-1, -1, -1]),
        ],
        outputs: [.init(name: "label", datatype: "INT64", shape: [-1])])

    private func row(_ id: String, pixels: [JSONValue] = [1, 0.1, 3, 4], label: JSONValue? = nil, split: Split = .train) -> StoredRow {
        storedRow(
            id, ["pixels": .array(pixels), "age": 40, "name": "ü", "grid": [[1, 2], [3, 4]]], context: ["source": "a", "none": .null],
            label: label, split: split)
    }

    @Test("a row comes back whole, and its digest can be computed from what came back")
    func roundTrip() async throws {
        try await withEngine { engine, folder in
            var given = row("b", label: 8, split: .test)
            given.row.confidence = 0.75
            given.row.selection = Selection(method: .random, probability: 0.5, reason: "slice eights")
            given.row.origin = RowOrigin(kind: .production, requestId: RequestID(), row: 3)
            given.annotators = 3
            given.group = "writer 7"
            given.subject = "person 9"
            let bare = StoredRow(row: DatasetRow(id: "a", split: "train", input: [:], context: [:]), digest: given.digest, salt: given.salt)
            let file = folder.appending(path: "0.parquet")

            try await SegmentLayout(Self.interface).write([given, bare], to: file, with: engine)
            let table = try await DatasetTable.open(engine, segments: [file], interface: Self.interface)
            let rows = try await table.rows()

            let expected = [bare, given].map { row in
                var row = row
                row.content = SegmentLayout.content(of: row.row.input)
                return row
            }
            #expect(rows == expected)
            let back = rows[1].row
            #expect(
                RowDigest.digest(id: back.id, input: back.input, context: back.context, label: back.label, salt: rows[1].salt)
                    == given.digest)
        }
    }

    @Test("columns of a file are those of the published layout")
    func layout() async throws {
        try await withEngine { engine, folder in
            let file = folder.appending(path: "0.parquet")
            try await SegmentLayout(Self.interface).write([row("a")], to: file, with: engine)
            let description = try await engine.query("DESCRIBE SELECT * FROM \(TableSQL.parquet([file]))")

            let columns = zip(try description.column("column_name").texts(), try description.column("column_type").texts())
            #expect(
                columns.map { "\($0) \($1)" } == [
                    "id VARCHAR", "split VARCHAR", "digest BLOB", "salt BLOB", "content BLOB", "group VARCHAR", "subject VARCHAR",
                    "input.pixels DOUBLE[]",
                    "input.age BIGINT", "input.name VARCHAR", "input VARCHAR", "context VARCHAR", "label VARCHAR", "confidence DOUBLE",
                    "annotators BIGINT", "selection.method VARCHAR", "selection.probability DOUBLE", "selection.reason VARCHAR",
                    "origin.kind VARCHAR", "origin.requestId VARCHAR", "origin.row BIGINT",
                ])
        }
    }

    @Test("a row of a later segment replaces one of the same id, also when it takes the label away")
    func segments() async throws {
        try await withEngine { engine, folder in
            let layout = SegmentLayout(Self.interface)
            let pieces = [[row("a", label: 1), row("b", label: 2), row("c")], [row("b")], [row("c", label: 3), row("d", label: 4)]]
            var files: [URL] = []
            for (index, piece) in pieces.enumerated() {
                files.append(folder.appending(path: "\(index).parquet"))
                try await layout.write(piece, to: files[index], with: engine)
            }

            let table = try await DatasetTable.open(engine, segments: files, interface: Self.interface)
            let rows = try await table.rows()
            let reversed = try await DatasetTable.open(engine, segments: files.reversed(), interface: Self.interface)

            #expect(rows.map(\.row.id) == ["a", "b", "c", "d"])
            #expect(rows.map(\.row.label) == [1, nil, 3, 4])
            #expect(try await table.splitCounts()["train"] == SplitCounts(rows: 4, labeled: 3))
            #expect(try await reversed.rows().map(\.row.label) == [1, 2, nil, 4])
            // One blob may be in a chain twice.
            let again = try await DatasetTable.open(engine, segments: [files[0], files[1], files[0]], interface: Self.interface)
            #expect(try await again.rows().map(\.row.label) == [1, 2, nil])
        }
    }

    @Test("filters, pages and counts")
    func filters() async throws {
        try await withEngine { engine, folder in
            let file = folder.appending(path: "0.parquet")
            let rows = (0..<20).map { (index: Int) -> StoredRow in
                let number = JSONValue.integer(Int64(index))
                let label: JSONValue? = index % 2 == 0 ? number : nil
                return row("r\(10 + index)", pixels: [number, 0, 0, 0], label: label, split: index < 5 ? .test : .train)
            }
            try await SegmentLayout(Self.interface).write(rows, to: file, with: engine)
            let table = try await DatasetTable.open(engine, segments: [file], interface: Self.interface)
            let bright = try SlicePredicate("input.pixels[0] >= 10")

            #expect(try await table.count() == 20)
            #expect(try await table.count(RowFilter(splits: [.test])) == 5)
            #expect(try await table.count(RowFilter(splits: [])) == 0)
            #expect(try await table.count(RowFilter(splits: [.train], predicate: bright, isLabeled: true)) == 5)
            #expect(try await table.rows(RowFilter(after: "r12", limit: 2)).map(\.row.id) == ["r13", "r14"])
            #expect(try await table.rows(RowFilter(ids: ["r11", "it's", "r29"])).map(\.row.id) == ["r11", "r29"])
            #expect(try await table.counts(of: [bright, SlicePredicate("label IS NULL"), SlicePredicate("label >= 10")]) == [10, 10, 5])
        }
    }

    @Test("examples are contiguous numbers with labels, contexts and slices beside them")
    func examples() async throws {
        try await withEngine { engine, folder in
            let file = folder.appending(path: "0.parquet")
            try await SegmentLayout(Self.interface).write(
                [row("b", pixels: [5, 6, 7, 8], label: "x"), row("a", pixels: [1, 2, 3, 4.5], label: 2)], to: file, with: engine)
            let table = try await DatasetTable.open(engine, segments: [file], interface: Self.interface)

            let examples = try await table.examples(
                inputs: ["pixels", "age"],
                slices: [Slice(SliceSpec(name: "twos", where: "label = 2")), Slice(SliceSpec(name: "x", where: "label = 'x'"))])

            #expect(examples.ids == ["a", "b"])
            #expect(try examples.doubles("pixels").values == [1, 2, 3, 4.5, 5, 6, 7, 8])
            #expect(try examples.floats("pixels").width == 4)
            #expect(try examples.doubles("age").values == [40, 40])
            #expect(examples.labels == [2, "x"])
            #expect(examples.contexts[0]["source"] == "a")
            #expect(examples.slices == ["twos": [true, false], "x": [false, true]])
            #expect(throws: TableError.self) { try examples.doubles("name") }
        }
    }

    @Test("rows written before an interface was known are read through it later")
    func lateInterface() async throws {
        try await withEngine { engine, folder in
            let files = ["0", "1"].map { folder.appending(path: $0 + ".parquet") }
            try await SegmentLayout(nil).write([row("a", label: 1)], to: files[0], with: engine)
            try await SegmentLayout(Self.interface).write([row("b", label: 2)], to: files[1], with: engine)

            let bare = try await DatasetTable.open(engine, segments: [files[0]], interface: nil)
            let table = try await DatasetTable.open(engine, segments: files, interface: Self.interface)
            let rows = try await table.rows()

            #expect(rows.map(\.row.input) == [row("a").row.input, row("b").row.input])
            #expect(try await table.examples().doubles("pixels").values == [1, 0.1, 3, 4, 1, 0.1, 3, 4])
            #expect(try await table.count(RowFilter(predicate: SlicePredicate("input.pixels[2] = 3 AND input.age > 39"))) == 2)
            #expect(try await bare.count(RowFilter(predicate: SlicePredicate("input.pixels[2] = 3 AND input.age > 39"))) == 1)
        }
    }

    @Test("a value that does not fit its column is refused with its row and input")
    func misfits() async throws {
        try await withEngine { engine, folder in
            let file = folder.appending(path: "0.parquet")
            let error = await #expect(throws: TableError.self) {
                try await SegmentLayout(Self.interface).write([row("a"), row("b", pixels: [1, "2", 3, 4])], to: file, with: engine)
            }

            #expect(error?.kind == .content)
            #expect(error?.description == "input pixels of row b is not DOUBLE[]")
        }
    }

    @Test("a version without segments has no rows")
    func empty() async throws {
        try await withEngine { engine, _ in
            let table = try await DatasetTable.open(engine, segments: [], interface: Self.interface)

            #expect(try await table.rows().isEmpty)
            #expect(try await table.splitCounts()["test"] == SplitCounts(rows: 0, labeled: 0))
            #expect(try await table.index().count == 0)
        }
    }
}
