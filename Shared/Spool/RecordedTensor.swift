import Foundation
import Tensors

/// The elements of a tensor within a record as they lie in memory: printing numbers would cost more than all else of a record.
///
/// Where JSON has a list, such a record has a zero byte (which no JSON text holds), the number of the datatype (a byte), the count of the
/// elements (UInt32) and the elements, all little-endian. Readers of segments never see that: they get the list.
public enum RecordedTensor {
    /// A datatype's place here is its number.
    private static let datatypes: [Datatype] = [
        .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp16, .fp32, .fp64, .bf16,
    ]
    /// Bytes before the elements.
    private static let headBytes = 6

    /// Writes the elements of a tensor; texts as JSON.
    public static func append(_ tensor: Tensor, to record: inout JSONWriter) {
        guard tensor.datatype != .bytes, let number = datatypes.firstIndex(of: tensor.datatype) else { return record.elements(of: tensor) }
        withUnsafeTemporaryAllocation(byteCount: headBytes, alignment: 1) { head in
            head[0] = 0
            head[1] = UInt8(truncatingIfNeeded: number)
            head.storeBytes(of: UInt32(truncatingIfNeeded: tensor.count).littleEndian, toByteOffset: 2, as: UInt32.self)
            record.raw(UnsafeRawBufferPointer(head))
        }
        tensor.withUnsafeBytes { record.raw($0) }
    }

    /// A record as JSON alone; nil when what stands in it as elements is none.
    static func json(_ record: UnsafeRawBufferPointer) -> [UInt8]? {
        guard var mark = record.firstIndex(of: 0) else { return Array(record) }
        var writer = JSONWriter(capacity: 3 * record.count)
        var position = 0
        while true {
            writer.raw(UnsafeRawBufferPointer(rebasing: record[position..<mark]))
            guard mark < record.count else { return writer.bytes }
            guard let (tensor, end) = tensor(in: record, at: mark) else { return nil }
            writer.elements(of: tensor)
            position = end
            mark = record[position...].firstIndex(of: 0) ?? record.count
        }
    }

    private static func tensor(in record: UnsafeRawBufferPointer, at mark: Int) -> (Tensor, end: Int)? {
        let start = mark + headBytes
        guard start <= record.count, datatypes.indices.contains(Int(record[mark + 1])) else { return nil }
        let datatype = datatypes[Int(record[mark + 1])]
        let count = Int(UInt32(littleEndian: record.loadUnaligned(fromByteOffset: mark + 2, as: UInt32.self)))
        guard let size = datatype.size, count <= (record.count - start) / size else { return nil }
        let end = start + count * size
        return (Tensor(name: "", datatype: datatype, shape: [count], raw: Array(record[start..<end])), end)
    }
}
