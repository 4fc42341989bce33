import Contracts

/// Makes rows out of the columns of ``SegmentLayout``.
struct RowReader {
    let layout: SegmentLayout
    let table: Table

    func rows() throws(TableError) -> [StoredRow] {
        let ids = try table.column("id").texts()
        let splits = try table.column("split").texts()
        let digests = try table.column("digest").blobs()
        let salts = try table.column("salt").blobs()
        let contents = try table.column("content").blobs()
        let contexts = try JSONText.values(try table.column("context"))
        let labels = try JSONText.values(try table.column("label"))
        let inputs = try inputs()
        let confidences = try doubles("confidence")
        let annotators = try integers("annotators")
        let (groups, subjects) = (try texts("group"), try texts("subject"))
        let (selections, origins) = (try selections(), try origins())
        var rows: [StoredRow] = []
        rows.reserveCapacity(ids.count)
        for row in ids.indices {
            guard let digest = Digest(bytes: digests[row]) else { throw TableError(.content, "row \(ids[row]) has no digest") }
            let seen = DatasetRow(
                id: ids[row], split: splits[row], input: inputs[row], context: contexts[row]?.objectValue ?? [:], label: labels[row],
                confidence: confidences[row], selection: selections[row], origin: origins[row])
            rows.append(
                StoredRow(
                    row: seen, annotators: annotators[row], group: groups[row], subject: subjects[row], digest: digest, salt: salts[row],
                    content: contents[row].isEmpty ? nil : contents[row]))
        }
        return rows
    }

    private func inputs() throws(TableError) -> [[String: JSONValue]] {
        var inputs = try JSONText.values(try table.column("input")).map { $0?.objectValue ?? [:] }
        for input in layout.inputs {
            let column = try table.column(input.column)
            for row in inputs.indices where !column.isNull(row) { inputs[row][input.name] = Self.value(column.values, row) }
        }
        return inputs
    }

    private static func value(_ values: TableValues, _ row: Int) -> JSONValue {
        switch values {
        case .bool(let values): .bool(values[row])
        case .integer(let values): .integer(values[row])
        case .float(let values): number(Double(values[row]))
        case .double(let values): number(values[row])
        case .text(let values): .string(values[row])
        case .blob: .null
        case .list(let offsets, let elements): .array((offsets[row]..<offsets[row + 1]).map { value(elements, $0) })
        }
    }

    /// A whole number is an integer, as it is when it comes over the wire.
    private static func number(_ value: Double) -> JSONValue {
        let exact = 9_007_199_254_740_992.0  // 2^53: from here on a double may stand for several whole numbers
        return value.magnitude < exact ? Int64(exactly: value).map { .integer($0) } ?? .number(value) : .number(value)
    }

    private func selections() throws(TableError) -> [Selection?] {
        let methods = try texts("selection.method")
        let probabilities = try doubles("selection.probability")
        let reasons = try texts("selection.reason")
        return methods.indices.map { row in
            methods[row].flatMap(Selection.Method.init).map { Selection(method: $0, probability: probabilities[row], reason: reasons[row]) }
        }
    }

    private func origins() throws(TableError) -> [RowOrigin?] {
        let kinds = try texts("origin.kind")
        let requests = try texts("origin.requestId")
        let places = try integers("origin.row")
        return kinds.indices.map { row in
            kinds[row].flatMap(RowOrigin.Kind.init).map {
                RowOrigin(kind: $0, requestId: requests[row].flatMap { RequestID($0) }, row: places[row])
            }
        }
    }

    private func texts(_ name: String) throws(TableError) -> [String?] {
        let column = try table.column(name)
        return column.optional(try column.texts())
    }

    private func doubles(_ name: String) throws(TableError) -> [Double?] {
        let column = try table.column(name)
        return column.optional(try column.doubles())
    }

    private func integers(_ name: String) throws(TableError) -> [Int?] {
        let column = try table.column(name)
        return column.optional(try column.integers().map { Int($0) })
    }
}
