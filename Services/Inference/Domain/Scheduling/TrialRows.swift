import Contracts
import Tensors

/// Rows that a model is tried with: of the interface's shapes, with small whole numbers within its ranges, different from row to row.
enum TrialRows {
    /// Elements of one row that are tried at most; larger ones would take the memory of a server.
    static let mostElements = 1 << 24

    /// Tensors of a number of rows; nil where a revision of older rules declares a row too large to be made.
    static func tensors(_ interface: Interface, rows: Int, zero: Bool = false) -> [Tensor]? {
        let tensors = interface.inputs.compactMap { tensor($0, rows: rows, zero: zero) }
        return tensors.count == interface.inputs.count ? tensors : nil
    }

    private static func tensor(_ field: Interface.Field, rows: Int, zero: Bool) -> Tensor? {
        guard let width = field.fixedElements, width <= mostElements, let datatype = Datatype(rawValue: field.datatype) else { return nil }
        var shape = field.shape.map { max($0, 1) }
        // A first dimension that is fixed is no number of rows.
        if !shape.isEmpty, field.shape[0] == -1 { shape[0] = rows }
        let count = shape.reduce(1, *)
        guard let size = datatype.size else {
            let text: [UInt8] = zero ? [] : Array("a".utf8)
            return Tensor(name: field.name, shape: shape, strings: Array(repeating: text, count: count))
        }
        var raw = [UInt8](repeating: 0, count: count * size)
        let one = bytes(ofOne: datatype)
        if !zero, (field.minimum ?? 0) <= 1, (field.maximum ?? 1) >= 1 {
            // Ones at places that differ from row to row.
            for index in 0..<count where (index &* 2_654_435_761) >> 17 & 1 == 1 {
                raw.replaceSubrange(index * size..<(index + 1) * size, with: one)
            }
        }
        return Tensor(name: field.name, datatype: datatype, shape: shape, raw: raw)
    }

    private static func bytes(ofOne datatype: Datatype) -> [UInt8] {
        switch datatype {
        case .fp32: withUnsafeBytes(of: Float(1)) { Array($0) }
        case .fp64: withUnsafeBytes(of: Double(1)) { Array($0) }
        case .fp16: [0x00, 0x3C]
        case .bf16: [0x80, 0x3F]
        default: [1] + [UInt8](repeating: 0, count: (datatype.size ?? 1) - 1)
        }
    }
}
