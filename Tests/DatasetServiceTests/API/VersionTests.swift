import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Versions of a dataset", .serialized)
struct VersionTests {
    @Test("rows, then labels: each commit is a version, and old versions stay as they were")
    func versions() async throws {
        try await withShapes { client in
            let first = try await client.committed(rows: Fixtures.rows(0..<50))
            let second = try await client.committed(labels: [
                LabelInput(
                    rowId: "row-7", label: 2, confidence: 0.75, annotators: 3,
                    selection: Selection(method: .random, probability: 0.5, reason: "first"))
            ])

            #expect(first.number == 1)
            #expect(first.splits.values.reduce(0) { $0 + $1.rows } == 50)
            #expect(second.number == 2)
            #expect(second.parent == 1)
            #expect(second.segments.map(\.rows) == [50, 1])
            #expect(second.segments.prefix(1) == first.segments.prefix(1))
            #expect(second.id != first.id)
            let row = try #require(try await client.rows(2).first { $0.id == "row-7" })
            #expect(row.label == 2)
            #expect(row.confidence == 0.75)
            #expect(row.selection == Selection(method: .random, probability: 0.5, reason: "first"))
            #expect(row.origin == RowOrigin(kind: .ingest))
            #expect(row.input == ["pixels": [0.007, 1]])
            #expect(try await client.rows(1).allSatisfy { $0.label == nil })
            #expect(try await client.get("/versions/1").decode(DatasetVersion.self) == first)
            #expect(try await client.get("/versions/latest").decode(DatasetVersion.self) == second)
            #expect(try await client.get("/versions").decode(Page<DatasetVersion>.self).items.map(\.number) == [2, 1])
            #expect(try await client.get("").decode(DatasetRecord.self).latestVersion == 2)
        }
    }

    @Test("appending rows moves none of the old ones to another split, and the splits have their shares")
    func appending() async throws {
        try await withShapes { client in
            try await client.committed(rows: Fixtures.rows(0..<1_000))
            let before = try await client.rows(1)
            try await client.committed(rows: Fixtures.rows(900..<1_100))
            let after = try await client.rows(2)

            let splits = Dictionary(uniqueKeysWithValues: after.map { ($0.id, $0.split) })
            #expect(before.filter { splits[$0.id] != $0.split } == [])
            #expect(after.count == 1_100)
            let test = after.count { $0.split == "test" }
            #expect((170...270).contains(test), "\(test)")
        }
    }

    @Test("the version's id can be computed from its rows alone, whatever the segments")
    func identity() async throws {
        try await withShapes { client in
            for start in 0..<20 { try await client.committed(rows: Fixtures.rows(start..<(start + 2))) }
            let last = try await client.get("/versions/20").decode(DatasetVersion.self)
            let before = try await client.get("/versions/16").decode(DatasetVersion.self)

            let inspection = try await Inspection.of(last, client.mesh)

            #expect(before.segments.count == 16)
            // The seventeenth segment was written together with all others.
            #expect(last.segments.count == 4)
            #expect(last.segments.map(\.ordinal) == [1, 2, 3, 4])
            #expect(inspection.rows.count == 21)
            #expect(DatasetVersionID.root(dataset: "shapes", rows: inspection.computedDigests) == last.id)
            #expect(inspection.manifestChain == [20, 19, 18, 17])
            #expect(try await client.rows(16).count == 17)
        }
    }

    @Test("a commit that changes nothing makes no version")
    func unchanged() async throws {
        try await withShapes { client in
            try await client.committed(rows: Fixtures.rows(0..<3))
            try await client.committed(labels: [LabelInput(rowId: "row-1", label: 1)])
            let again = try await client.commit(NewDatasetVersion(message: "again", rows: Fixtures.rows(0..<3)))

            #expect(again.status == 200)
            #expect(try again.decode(DatasetVersion.self).number == 2)
            #expect(try await client.rows(2).first { $0.id == "row-1" }?.label == 1)
        }
    }

    @Test("a commit on an older base is taken when others changed other rows, and refused when they changed the same")
    func bases() async throws {
        try await withShapes { client in
            try await client.committed(rows: Fixtures.rows(0..<5))
            try await client.committed(labels: [LabelInput(rowId: "row-1", label: 1)])
            let apart = try await client.committed(labels: [LabelInput(rowId: "row-2", label: 2)], base: 1)
            let clash = try await client.commit(
                NewDatasetVersion(base: 1, message: "test", labels: [LabelInput(rowId: "row-1", label: 0)]))
            let unknown = try await client.commit(
                NewDatasetVersion(base: 9, message: "test", labels: [LabelInput(rowId: "row-1", label: 0)]))

            #expect(apart.number == 3)
            #expect(clash.status == 409)
            #expect(clash.text.contains("row-1"))
            #expect(unknown.status == 400)
            #expect(try await client.rows(3).compactMap(\.label) == [1, 2])
        }
    }

    @Test("an idempotency key gives the first version again")
    func idempotency() async throws {
        try await withShapes { client in
            let asked = NewDatasetVersion(message: "once", rows: Fixtures.rows(0..<2))
            let first = try await client.commit(asked, headers: ["Idempotency-Key": "k1"])
            try await client.committed(rows: Fixtures.rows(2..<3))
            let again = try await client.commit(asked, headers: ["Idempotency-Key": "k1"])

            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(try again.decode(DatasetVersion.self) == (try first.decode(DatasetVersion.self)))
        }
    }

    @Test("a row that was asked for because it alarms is a train row; a duplicate goes where its original is")
    func selection() async throws {
        try await withShapes { client in
            try await client.committed(rows: Fixtures.rows(0..<200))
            let test = try #require(try await client.rows(1, "&split=test").first)
            let alarming = (200..<260).map { number in
                RowInput(
                    id: "row-\(number)", input: ["pixels": [.number(Double(number) / 1_000), 1]], label: 1,
                    selection: Selection(method: .alarm, reason: "alarm-1"),
                    origin: RowOrigin(kind: .production, requestId: RequestID(), row: number))
            }
            let copy = RowInput(id: "copy", input: test.input, label: 1, selection: Selection(method: .uncertainty))
            let version = try await client.committed(rows: alarming + [copy])
            let rows = try await client.rows(2)

            #expect(rows.filter { $0.selection?.method == .alarm }.count == 60)
            #expect(rows.filter { $0.selection?.method == .alarm && $0.split != "train" } == [])
            #expect(rows.first { $0.id == "row-210" }?.origin == alarming[10].origin)
            #expect(rows.first { $0.id == "copy" }?.split == "test")
            #expect(version.checks.first { $0.name == "leakage" }?.verdict == .pass)
        }
    }

    @Test("rows of a group are in one split")
    func groups() async throws {
        try await withShapes { client in
            let rows = Fixtures.rows(0..<120).enumerated().map { index, row in
                var row = row
                row.group = "writer \(index % 12)"
                return row
            }
            try await client.committed(rows: rows)
            let split = Dictionary(uniqueKeysWithValues: try await client.rows(1).map { ($0.id, $0.split) })

            for group in 0..<12 {
                #expect(Set(stride(from: group, to: 120, by: 12).map { split["row-\($0)"] }).count == 1)
            }
            #expect(Set(split.values).count > 1)
        }
    }

    @Test("the event tells of the version without its segments")
    func event() async throws {
        try await withShapes { client in
            let version = try await client.committed(rows: Fixtures.rows(0..<2))
            let rows = try await client.mesh.database.query(
                "SELECT subject, data::text AS data FROM events.log WHERE type = \(EventType.datasetCommitted)")

            #expect(rows.count == 1)
            let told = try WireJSON.decode(DatasetVersion.self, from: Data(try rows[0].decode("data", as: String.self).utf8))
            #expect(try rows[0].decode("subject", as: String.self) == "shapes/1")
            #expect(told.segments.isEmpty)
            #expect(told.id == version.id)
        }
    }
}
