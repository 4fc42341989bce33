import Foundation

/// What the footer of a Parquet file says of its columns of lists.
///
/// Source: apache/parquet-format, README.md (layout) and parquet.thrift (numbers of the members).
struct ParquetFooter {
    /// A column whose rows are lists of numbers.
    struct ListColumn: Hashable {
        /// Among the leaves of the schema, the order of the column chunks.
        let leaf: Int
        /// 1 INT32, 2 INT64, 4 FLOAT, 5 DOUBLE.
        let physicalType: Int
        /// The definition level of an element that is there.
        let presence: Int
    }

    /// The pages of one column in one group of rows.
    struct Chunk: Hashable {
        let start: Int
        let end: Int
        let values: Int
        let codec: Int
    }

    private let root: CompactThrift

    /// Nil when the file's end is none of a Parquet file.
    init?(_ file: Int32) {
        var tail = [UInt8](repeating: 0, count: 8)
        let size = Int(lseek(file, 0, SEEK_END))
        guard size >= 12, pread(file, &tail, 8, size - 8) == 8, tail.suffix(4).elementsEqual("PAR1".utf8) else { return nil }
        let length = tail.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= size - 12 else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        guard pread(file, &bytes, length, size - 8 - length) == length else { return nil }
        var reader = CompactThriftReader(bytes)
        guard let root = try? reader.structure() else { return nil }
        self.root = root
    }

    /// Rows of each group, in order.
    var groupRows: [Int] { groups.map { Int($0[3]?.integerValue ?? 0) } }

    private var groups: [CompactThrift] { root[4]?.listValue ?? [] }

    /// The column of a name at the top of the schema, when it is a list of numbers and nothing else.
    func list(named name: String) -> ListColumn? {
        let schema = root[2]?.listValue ?? []
        var index = 1
        var leaf = 0
        while index < schema.count {
            let end = Self.end(of: schema, from: index)
            if schema[index][4] == .binary(Array(name.utf8)) { return Self.list(schema[index..<end], leaf: leaf) }
            leaf += schema[index..<end].count { ($0[5]?.integerValue ?? 0) == 0 }
            index = end
        }
        return nil
    }

    /// Where the part of the schema that begins at an element ends.
    private static func end(of schema: [CompactThrift], from index: Int) -> Int {
        var open = 1
        var index = index
        while open > 0, index < schema.count {
            open += Int(clamping: schema[index][5]?.integerValue ?? 0) - 1
            index += 1
        }
        return index
    }

    /// Three elements: the list, its repeated part, and the number.
    private static func list(_ part: ArraySlice<CompactThrift>, leaf: Int) -> ListColumn? {
        let part = Array(part)
        guard part.count == 3, part[0][5] == .integer(1), part[1][5] == .integer(1), part[1][3] == .integer(2),
            let type = part[2][1]?.integerValue, isPlain(part[2], type),
            let outer = part[0][3]?.integerValue, let inner = part[2][3]?.integerValue, outer < 2, inner < 2
        else { return nil }
        return ListColumn(leaf: leaf, physicalType: Int(type), presence: Int(outer + 1 + inner))
    }

    /// Whether values are what their physical type says: dates, decimals and the like are the table engine's. 17 is INT_32, 18 INT_64.
    private static func isPlain(_ leaf: CompactThrift, _ type: Int64) -> Bool {
        switch (type, leaf[6]?.integerValue) {
        case (1, 17), (2, 18): true
        case (1, nil), (2, nil), (4, nil), (5, nil): leaf[10] == nil
        default: false
        }
    }

    /// The pages of a column in a group; nil when they lie in another file, or nowhere.
    func chunk(_ column: ListColumn, group: Int) -> Chunk? {
        guard let columns = groups[group][1]?.listValue, column.leaf < columns.count, columns[column.leaf][1] == nil,
            let facts = columns[column.leaf][3], let codec = facts[4]?.integerValue, let values = facts[5]?.integerValue,
            let bytes = facts[7]?.integerValue, let data = facts[9]?.integerValue
        else { return nil }
        let start = min(data, facts[11]?.integerValue.flatMap { $0 > 0 ? $0 : nil } ?? data)
        guard start >= 4, bytes >= 0, values >= 0 else { return nil }
        return Chunk(start: Int(start), end: Int(start + bytes), values: Int(values), codec: Int(codec))
    }
}
