import Contracts
import Foundation
import Settings
import Slices
import Tables
import TestSupport
import Testing

/// Random predicates over random rows: the SQL that DuckDB runs and the closure give the same answer, unknown included.
@Suite("The two back ends of slices agree")
struct SliceAgreementTests {
    private static let interface = Interface(
        inputs: [
            .init(name: "list", datatype: "FP32", shape: [-1, 3]), .init(name: "whole", datatype: "INT64", shape: [-1]),
            .init(name: "number", datatype: "FP64", shape: [-1, 1]), .init(name: "text", datatype: "BYTES", shape: [-1]),
            .init(name: "flag", datatype: "BOOL", shape: [-1]), .init(name: "words", datatype: "BYTES", shape: [-1, -1]),
        ], outputs: [.init(name: "label", datatype: "INT64", shape: [-1])])

    @Test("also where a field is null, missing or of another type", arguments: 0..<6)
    func agreement(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let rows = (0..<60).map { Self.row($0, using: &random) }
        let predicates = (0..<120).map { _ in Self.predicate(depth: 3, using: &random) }

        let answers = try await Self.answers(rows, predicates)

        for (predicate, column) in zip(predicates, answers) {
            for (row, answer) in zip(rows, column) {
                let expected = predicate.evaluate { row.row.value(of: $0) }
                #expect(answer == expected, "\(predicate) over \(row.row.input) \(row.row.context) \(row.row.label ?? .null)")
            }
        }
        // The question is a real one: all three answers occur.
        #expect(Set(answers.joined()) == [.true, .false, .unknown])
    }

    /// What the engine says of each predicate for each row.
    private static func answers(_ rows: [StoredRow], _ predicates: [SlicePredicate]) async throws -> [[Truth]] {
        let path = LibraryPath.find(
            "libduckdb.so", variable: "MESH_DUCKDB", environment: ProcessInfo.processInfo.environment, from: Checkout.root)
        return try await withTemporaryFolder { folder in
            let engine = try TableEngine(libraryPath: try #require(path), folders: [folder], scratch: folder.appending(path: "scratch"))
            let file = folder.appending(path: "rows.parquet")
            try await SegmentLayout(interface).write(rows, to: file, with: engine)
            let table = try await DatasetTable.open(engine, segments: [file], interface: interface)
            let columns = predicates.enumerated().map { "\($1.sql(columns: table.layout.column)) AS p\($0)" }
            let result = try await table.query("SELECT \(columns.joined(separator: ", ")) FROM rows ORDER BY id")
            return try result.columns.map { column in
                column.optional(try column.bools()).map { $0.map { Truth($0) } ?? .unknown }
            }
        }
    }

    // MARK: Random rows and predicates

    private static let texts = ["", "a", "b", "ba", "é", "e\u{301}", "it's", "8", "\u{1F600}"]
    private static let numbers: [JSONValue] = [
        0, 1, 8, -3, 0.5, 8.0, 1e300, -1e-300, 9_007_199_254_740_993, 9_007_199_254_740_992, .integer(.max), .integer(.min), 1e19,
    ]

    private static func anything(using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .string(texts.randomElement(using: &random) ?? "")
        case 3: .array([1, "x"])
        case 4: .object(["a": 1])
        default: numbers.randomElement(using: &random) ?? 0
        }
    }

    private static func row(_ index: Int, using random: inout SeededGenerator) -> StoredRow {
        var input: [String: JSONValue] = [:]
        func sometimes(_ name: String, _ value: JSONValue) { if Int.random(in: 0..<4, using: &random) > 0 { input[name] = value } }
        let small = [0, 1, 8, 0.5, -3] as [JSONValue]
        sometimes("list", .array((0..<3).map { _ in small.randomElement(using: &random) ?? 0 }))
        sometimes("whole", .integer([0, 8, -3, .max, 9_007_199_254_740_993].randomElement(using: &random) ?? 0))
        sometimes("number", small.randomElement(using: &random) ?? 0)
        sometimes("text", .string(texts.randomElement(using: &random) ?? ""))
        sometimes("flag", .bool(.random(using: &random)))
        sometimes(
            "words", .array((0..<Int.random(in: 0..<3, using: &random)).map { _ in .string(texts.randomElement(using: &random) ?? "") }))
        sometimes("untyped", anything(using: &random))
        var context: [String: JSONValue] = [:]
        for name in ["c", "d"] where Bool.random(using: &random) { context[name] = anything(using: &random) }
        let label = Int.random(in: 0..<3, using: &random) == 0 ? nil : anything(using: &random)
        return StoredRow(
            row: DatasetRow(id: String(1_000 + index), split: "train", input: input, context: context, label: label == .null ? nil : label),
            digest: Digest(of: [UInt8(index)]), salt: [])
    }

    private static let fields: [SliceField] = [
        .label, SliceField(.context, "c"), SliceField(.context, "d"), SliceField(.context, "never"), SliceField(.prediction, "label"),
        SliceField(.input, "list", index: 0), SliceField(.input, "list", index: 2), SliceField(.input, "list", index: 3),
        SliceField(.input, "list"), SliceField(.input, "whole"), SliceField(.input, "whole", index: 0), SliceField(.input, "number"),
        SliceField(.input, "text"), SliceField(.input, "flag"), SliceField(.input, "words", index: 1), SliceField(.input, "untyped"),
        SliceField(.input, "untyped", index: 1), SliceField(.input, "never"),
    ]

    private static func literal(using random: inout SeededGenerator) -> SliceLiteral {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .bool(.random(using: &random))
        case 1, 2: .string(texts.randomElement(using: &random) ?? "")
        case 3: .number([0.5, 1e300, -1e-300, 1e19, 9_007_199_254_740_992.5].randomElement(using: &random) ?? 0.5)
        case 4: .integer([.max, .min, 9_007_199_254_740_993].randomElement(using: &random) ?? 0)
        default: .integer([0, 1, 8, -3].randomElement(using: &random) ?? 0)
        }
    }

    private static func predicate(depth: Int, using random: inout SeededGenerator) -> SlicePredicate {
        let field = fields.randomElement(using: &random) ?? .label
        let kind = Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random)
        func parts() -> [SlicePredicate] { (0..<2).map { _ in predicate(depth: depth - 1, using: &random) } }
        switch kind {
        case 0: return .isNull(field, negated: .random(using: &random))
        case 1:
            let literals = (0..<Int.random(in: 1...3, using: &random)).map { _ in literal(using: &random) }
            return .in(field, literals, negated: .random(using: &random))
        case 2: return .between(field, literal(using: &random), literal(using: &random), negated: .random(using: &random))
        case 5, 6: return .and(parts())
        case 7: return .or(parts())
        case 8: return .not(predicate(depth: depth - 1, using: &random))
        default: return .compare(field, SliceComparison.allCases.randomElement(using: &random) ?? .equal, literal(using: &random))
        }
    }
}
