import Contracts
import Foundation

extension SegmentLayout {
    /// Writes rows as a segment. Throws ``TableError`` of kind `content` when a value does not fit its column.
    public func write(_ rows: [StoredRow], to file: URL, with engine: TableEngine) async throws {
        try await engine.write(try table(rows), to: file, metadata: ["format": Self.format])
    }

    /// The rows as columns.
    func table(_ rows: [StoredRow]) throws(TableError) -> Table {
        var columns = [
            TableColumn("id", .text(rows.map(\.row.id))), TableColumn("split", .text(rows.map(\.row.split))),
            TableColumn("digest", .blob(rows.map(\.digest.bytes))), TableColumn("salt", .blob(rows.map(\.salt))),
            TableColumn("content", .blob(rows.map { $0.content ?? Self.content(of: $0.row.input) })),
            Self.texts("group", rows.map(\.group)), Self.texts("subject", rows.map(\.subject)),
        ]
        for input in inputs { columns.append(try column(input, rows)) }
        columns.append(Self.texts("input", rows.map { rest(of: $0.row.input) }))
        columns.append(TableColumn("context", .text(rows.map { JSONText.text(.object($0.row.context)) })))
        columns.append(Self.texts("label", rows.map { $0.row.label.flatMap { $0 == .null ? nil : JSONText.text($0) } }))
        columns.append(Self.doubles("confidence", rows.map(\.row.confidence)))
        columns.append(Self.integers("annotators", rows.map { $0.annotators.map(Int64.init) }))
        return Table(columns + Self.provenance(rows))
    }

    private static func provenance(_ rows: [StoredRow]) -> [TableColumn] {
        let selections = rows.map(\.row.selection)
        let origins = rows.map(\.row.origin)
        return [
            texts("selection.method", selections.map { $0?.method.rawValue }),
            doubles("selection.probability", selections.map { $0?.probability }),
            texts("selection.reason", selections.map { $0?.reason }),
            texts("origin.kind", origins.map { $0?.kind.rawValue }),
            texts("origin.requestId", origins.map { $0?.requestId?.description }),
            integers("origin.row", origins.map { $0?.row.map(Int64.init) }),
        ]
    }

    /// The inputs that have no column, as JSON.
    private func rest(of input: [String: JSONValue]) -> String? {
        let rest = input.filter { self[$0.key] == nil }
        return rest.isEmpty ? nil : JSONText.text(.object(rest))
    }

    private func column(_ input: Input, _ rows: [StoredRow]) throws(TableError) -> TableColumn {
        let given = rows.map { $0.row.input[input.name] ?? .null }
        let nulls = given.map { $0 == .null }
        let flat: [JSONValue]
        var offsets = [0]
        if input.isList {
            var all: [JSONValue] = []
            for (index, value) in given.enumerated() {
                if case .array(let elements) = value { all += elements } else if !nulls[index] { throw misfit(input, rows[index]) }
                offsets.append(all.count)
            }
            flat = all
        } else {
            flat = given
        }
        var values: TableValues
        do throws(ElementMisfit) {
            values = try Self.elements(flat, input.element, nullsAllowed: !input.isList)
        } catch {
            let row = input.isList ? (offsets.firstIndex { $0 > error.index } ?? 1) - 1 : error.index
            throw misfit(input, rows[row])
        }
        if input.isList { values = .list(offsets: offsets, elements: values) }
        return TableColumn(input.column, values, nulls: nulls.contains(true) ? nulls : nil)
    }

    private func misfit(_ input: Input, _ row: StoredRow) -> TableError {
        TableError(.content, "input \(input.name) of row \(row.row.id) is not \(input.type)")
    }

    private struct ElementMisfit: Error { let index: Int }

    private static func elements(_ values: [JSONValue], _ element: Element, nullsAllowed: Bool) throws(ElementMisfit) -> TableValues {
        func read<Value>(_ absent: Value, _ convert: (JSONValue) -> Value?) throws(ElementMisfit) -> [Value] {
            var result: [Value] = []
            result.reserveCapacity(values.count)
            for (index, value) in values.enumerated() {
                guard let converted = convert(value) ?? (nullsAllowed && value == .null ? absent : nil) else {
                    throw ElementMisfit(index: index)
                }
                result.append(converted)
            }
            return result
        }
        switch element {
        case .bool: return .bool(try read(false) { $0.boolValue })
        case .integer: return .integer(try read(0) { $0.integerValue })
        case .number: return .double(try read(0) { $0.doubleValue })
        case .text: return .text(try read("") { $0.stringValue })
        }
    }

    private static func texts(_ name: String, _ values: [String?]) -> TableColumn {
        TableColumn(name, .text(values.map { $0 ?? "" }), nulls: nulls(values))
    }

    private static func doubles(_ name: String, _ values: [Double?]) -> TableColumn {
        TableColumn(name, .double(values.map { $0 ?? 0 }), nulls: nulls(values))
    }

    private static func integers(_ name: String, _ values: [Int64?]) -> TableColumn {
        TableColumn(name, .integer(values.map { $0 ?? 0 }), nulls: nulls(values))
    }

    private static func nulls<Value>(_ values: [Value?]) -> [Bool]? {
        values.contains { $0 == nil } ? values.map { $0 == nil } : nil
    }
}
