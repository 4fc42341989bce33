import Contracts
import Slices

/// Rows of a version as columns, in the order of their ids.
public struct DatasetExamples: Sendable {
    public let ids: [String]
    public let splits: [Split]
    public let labels: [JSONValue?]
    public let contexts: [[String: JSONValue]]
    public let confidences: [Double?]
    /// By the name of the input.
    public let inputs: [String: TableColumn]
    /// By the name of the slice: whether a row is in it.
    public let slices: [String: [Bool]]

    public var count: Int { ids.count }

    init(_ table: Table, inputs wanted: [SegmentLayout.Input], slices: [Slice]) throws(TableError) {
        ids = try table.column("id").texts()
        splits = try Self.splits(table)
        labels = try JSONText.values(try table.column("label"))
        contexts = try JSONText.values(try table.column("context")).map { $0?.objectValue ?? [:] }
        let confidence = try table.column("confidence")
        confidences = confidence.optional(try confidence.doubles())
        var columns: [String: TableColumn] = [:]
        for input in wanted { columns[input.name] = try table.column("input." + input.name) }
        inputs = columns
        var members: [String: [Bool]] = [:]
        for (index, slice) in slices.enumerated() { members[slice.name] = try table.column("slice.\(index)").bools() }
        self.slices = members
    }

    static func splits(_ table: Table) throws(TableError) -> [Split] {
        var splits: [Split] = []
        for text in try table.column("split").texts() {
            guard let split = Split(rawValue: text) else { throw TableError(.content, "there is no split \(text)") }
            splits.append(split)
        }
        return splits
    }

    /// An input's numbers row after row, and how many a row has. Throws when rows differ in that, lack the input, or hold no numbers.
    public func doubles(_ input: String) throws(TableError) -> (values: [Double], width: Int) {
        guard let column = inputs[input] else { throw TableError(.content, "the rows have no input \(input)") }
        if let row = column.nulls?.firstIndex(of: true) { throw TableError(.content, "row \(ids[row]) has no input \(input)") }
        guard case .list(let offsets, let elements) = column.values else { return (try column.doubles(), 1) }
        let width = offsets.count > 1 ? offsets[1] - offsets[0] : 0
        for row in ids.indices where offsets[row + 1] - offsets[row] != width {
            throw TableError(.content, "row \(ids[row]) has \(offsets[row + 1] - offsets[row]) elements of \(input), other rows \(width)")
        }
        return (try TableColumn(column.name, elements).doubles(), width)
    }

    /// As ``doubles(_:)`` in single precision, as models take it.
    public func floats(_ input: String) throws(TableError) -> (values: [Float], width: Int) {
        let (values, width) = try doubles(input)
        return (values.map(Float.init), width)
    }
}
