import CDuckDB
import Foundation

/// Collects one column out of the vectors of a result. One array per kind of value, so that each grows in place.
final class ColumnBuilder {
    private let api: OpaquePointer
    private let name: String
    private let type: EngineType
    private var rows = 0
    private(set) var nulls: [Bool]?
    private var bools: [Bool] = []
    private var integers: [Int64] = []
    private var floats: [Float] = []
    private var doubles: [Double] = []
    private var texts: [String] = []
    private var blobs: [[UInt8]] = []
    private var offsets = [0]
    private let elements: ColumnBuilder?

    init(api: OpaquePointer, type: EngineType, name: String) {
        self.api = api
        self.name = name
        self.type = type
        if case .list(let element) = type { elements = ColumnBuilder(api: api, type: element, name: name) } else { elements = nil }
    }

    /// What was collected.
    var values: TableValues {
        switch type {
        case .bool: .bool(bools)
        case .signed, .unsigned, .wide: .integer(integers)
        case .float: .float(floats)
        case .double, .decimal: .double(doubles)
        case .text: .text(texts)
        case .blob: .blob(blobs)
        case .list: .list(offsets: offsets, elements: elements?.values ?? .double([]))
        }
    }

    func append(_ vector: OpaquePointer, rows count: Int) throws(TableError) {
        let validity = mesh_duckdb_validity(api, vector)
        let isThere = { (row: Int) -> Bool in validity.map { $0[row >> 6] >> UInt64(row & 63) & 1 == 1 } ?? true }
        if validity != nil {
            let absent = (0..<count).map { !isThere($0) }
            if nulls != nil || absent.contains(true) { nulls = (nulls ?? Array(repeating: false, count: rows)) + absent }
        } else if nulls != nil {
            nulls? += Array(repeating: false, count: count)
        }
        rows += count
        guard let data = mesh_duckdb_data(api, vector) else { throw TableError(.failed, "column \(name) has no memory") }
        try append(data, vector, rows: count, isThere)
    }

    private func append(
        _ data: UnsafeMutableRawPointer, _ vector: OpaquePointer, rows count: Int, _ isThere: (Int) -> Bool
    ) throws(TableError) {
        switch type {
        case .bool: bools += UnsafeBufferPointer(start: data.assumingMemoryBound(to: UInt8.self), count: count).map { $0 != 0 }
        case .signed, .unsigned, .wide: integers += try wholeNumbers(data, type, rows: count, isThere)
        case .float: floats += UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: count)
        case .double: doubles += UnsafeBufferPointer(start: data.assumingMemoryBound(to: Double.self), count: count)
        case .decimal(let storage, let scale):
            let power = pow(10, Double(scale))
            doubles += try wholeNumbers(data, storage, rows: count, isThere).map { Double($0) / power }
        case .text: for row in 0..<count { texts.append(isThere(row) ? String(decoding: bytes(data, row), as: UTF8.self) : "") }
        case .blob: for row in 0..<count { blobs.append(isThere(row) ? Array(bytes(data, row)) : []) }
        case .list: try appendLists(data, vector, rows: count, isThere)
        }
    }

    private func appendLists(
        _ data: UnsafeMutableRawPointer, _ vector: OpaquePointer, rows count: Int, _ isThere: (Int) -> Bool
    ) throws(TableError) {
        guard let elements, let child = mesh_duckdb_list_child(api, vector) else { return }
        let spans = data.assumingMemoryBound(to: mesh_duckdb_span.self)
        let size = Int(mesh_duckdb_list_size(api, vector))
        try elements.append(child, rows: size)
        guard elements.nulls == nil else { throw TableError(.content, "a list of column \(name) has an element without a value") }
        var place = 0
        for row in 0..<count {
            let length = isThere(row) ? Int(spans[row].length) : 0
            guard length == 0 || Int(spans[row].offset) == place else {
                throw TableError(.failed, "lists of column \(name) are not in order")
            }
            place += length
            offsets.append((offsets.last ?? 0) + length)
        }
        guard place == size else { throw TableError(.failed, "lists of column \(name) have gaps") }
    }

    private func bytes(_ data: UnsafeMutableRawPointer, _ row: Int) -> UnsafeBufferPointer<UInt8> {
        let cell = mesh_duckdb_text(data, UInt64(row))
        return UnsafeBufferPointer(start: cell.bytes, count: Int(cell.count))
    }

    private func wholeNumbers(
        _ data: UnsafeMutableRawPointer, _ type: EngineType, rows count: Int, _ isThere: (Int) -> Bool
    ) throws(TableError) -> [Int64] {
        func widened<Stored: FixedWidthInteger>(_ stored: Stored.Type) throws(TableError) -> [Int64] {
            let cells = data.assumingMemoryBound(to: Stored.self)
            var all: [Int64] = []
            all.reserveCapacity(count)
            for row in 0..<count {
                guard let value = isThere(row) ? Int64(exactly: cells[row]) : 0 else { throw overflow }
                all.append(value)
            }
            return all
        }
        switch type {
        case .signed(1): return try widened(Int8.self)
        case .signed(2): return try widened(Int16.self)
        case .signed(4): return try widened(Int32.self)
        case .signed: return try widened(Int64.self)
        case .unsigned(1): return try widened(UInt8.self)
        case .unsigned(2): return try widened(UInt16.self)
        case .unsigned(4): return try widened(UInt32.self)
        case .unsigned: return try widened(UInt64.self)
        default: return try narrowed(data, rows: count, isThere)
        }
    }

    /// Sums of whole numbers have 128 bits; nearly all of them fit into 64.
    private func narrowed(_ data: UnsafeMutableRawPointer, rows count: Int, _ isThere: (Int) -> Bool) throws(TableError) -> [Int64] {
        let cells = data.assumingMemoryBound(to: mesh_duckdb_wide.self)
        var all: [Int64] = []
        for row in 0..<count {
            let value = Int64(bitPattern: cells[row].lower)
            guard !isThere(row) || cells[row].upper == (value < 0 ? -1 : 0) else { throw overflow }
            all.append(isThere(row) ? value : 0)
        }
        return all
    }

    private var overflow: TableError { TableError(.type, "column \(name) has a whole number beyond 64 bits") }
}
