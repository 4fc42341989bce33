import CDuckDB
import Tensors

/// A vector of lists, each the elements of one row of an input. Counts as long as its chunk does.
struct ElementLists {
    private let field: TensorField
    private let validity: UnsafePointer<UInt64>?
    private let spans: UnsafePointer<mesh_duckdb_span>
    private let elements: UnsafeRawPointer
    private let elementValidity: UnsafePointer<UInt64>?
    private let bounds: ElementBounds

    init(api: OpaquePointer, vector: OpaquePointer, field: TensorField) throws(TableError) {
        guard let data = mesh_duckdb_data(api, vector), let child = mesh_duckdb_list_child(api, vector),
            let elements = mesh_duckdb_data(api, child)
        else { throw TableError(.failed, "input \(field.name) is no list") }
        self.field = field
        validity = mesh_duckdb_validity(api, vector)
        spans = UnsafePointer(data.assumingMemoryBound(to: mesh_duckdb_span.self))
        self.elements = UnsafeRawPointer(elements)
        elementValidity = mesh_duckdb_validity(api, child)
        bounds = ElementBounds(field)
    }

    func length(_ row: Int) -> Int { Int(spans[row].length) }

    /// The rows as one tensor straight out of the vector; nil unless all of them are as they should be and lie one after the other.
    func tensor(_ rows: Range<Int>) -> Tensor? {
        guard let width = field.width, let size = field.datatype.size else { return nil }
        let start = Int(spans[rows.lowerBound].offset)
        for row in rows {
            guard spans[row].length == width, Int(spans[row].offset) == start + (row - rows.lowerBound) * width, Self.isThere(validity, row)
            else { return nil }
        }
        let count = rows.count * width
        guard areThere(start..<start + count), bounds.firstFault(elements, start..<start + count) == nil else { return nil }
        return Tensor(name: field.name, datatype: field.datatype, shape: field.shape(rows: rows.count, elements: width)) {
            copy(start..<start + count, size, to: $0)
        }
    }

    /// What is wrong with a row; nil when nothing is.
    func fault(_ row: Int) -> String? {
        guard Self.isThere(validity, row) else { return "input \(field.name) is missing or not of its type" }
        if let fault = field.fault(elements: length(row)) { return fault }
        let start = Int(spans[row].offset)
        let range = start..<start + length(row)
        if let index = range.first(where: { !Self.isThere(elementValidity, $0) }) {
            return "input \(field.name), element \(index - start) is missing or no \(field.datatype.rawValue)"
        }
        guard let index = bounds.firstFault(elements, range) else { return nil }
        return "input \(field.name), element \(index - start) \(bounds.expectation)"
    }

    /// Rows of one length, wherever they lie, as a tensor.
    func gathered(_ rows: [Int]) -> Tensor {
        let width = length(rows[0])
        let shape = field.shape(rows: rows.count, elements: width)
        guard let size = field.datatype.size else {
            let strings = rows.flatMap { row in (0..<width).map { text(Int(spans[row].offset) + $0) } }
            return Tensor(name: field.name, shape: shape, strings: strings)
        }
        return Tensor(name: field.name, datatype: field.datatype, shape: shape) { memory in
            for (place, row) in rows.enumerated() {
                let start = Int(spans[row].offset)
                copy(start..<start + width, size, to: UnsafeMutableRawBufferPointer(rebasing: memory[(place * width * size)...]))
            }
        }
    }

    /// Elements as the tensor holds them: the vector has half-precision numbers as single-precision ones.
    private func copy(_ range: Range<Int>, _ size: Int, to memory: UnsafeMutableRawBufferPointer) {
        guard field.datatype == .fp16 || field.datatype == .bf16 else {
            return memory.copyMemory(from: UnsafeRawBufferPointer(start: elements + range.lowerBound * size, count: range.count * size))
        }
        let floats = elements.assumingMemoryBound(to: Float.self)
        for (place, index) in range.enumerated() {
            let bits = field.datatype == .fp16 ? HalfFloat.bits(Double(floats[index])) : Self.upperHalf(floats[index])
            memory.storeBytes(of: bits, toByteOffset: place * 2, as: UInt16.self)
        }
    }

    /// The nearest BF16, ties to even: the upper half of the bits.
    private static func upperHalf(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
    }

    private func text(_ index: Int) -> [UInt8] {
        let cell = mesh_duckdb_text(elements, UInt64(index))
        return Array(UnsafeBufferPointer(start: cell.bytes, count: Int(cell.count)))
    }

    private func areThere(_ range: Range<Int>) -> Bool {
        guard let elementValidity else { return true }
        return range.allSatisfy { Self.isThere(elementValidity, $0) }
    }

    private static func isThere(_ validity: UnsafePointer<UInt64>?, _ index: Int) -> Bool {
        validity.map { $0[index >> 6] >> UInt64(index & 63) & 1 == 1 } ?? true
    }
}
