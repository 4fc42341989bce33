import Contracts
import Tensors

/// Rows that a model is tried with: of the interface's shapes, with small whole numbers within its ranges, different from row to row.
enum TrialRows {
    /// Elements of one row that are tried at most; larger ones would take the memory of a server.
    static let mostElements = 1 << 24
    /// Sizes that are tried for variable dimensions beyond the first: a text may be one token long, an image must hold the convolution's
    /// kernel, and some models take only what they were made for.
    static let sides = [1, 8, 32, 64, 224]

    /// Tensors of a number of rows; nil where a revision of older rules declares a row too large to be made.
    ///
    /// - Parameter side: the size of variable dimensions beyond the first.
    static func tensors(_ interface: Interface, rows: Int, zero: Bool = false, side: Int = 1) -> [Tensor]? {
        let tensors = interface.inputs.compactMap { tensor($0, rows: rows, zero: zero, side: side) }
        return tensors.count == interface.inputs.count ? tensors : nil
    }

    private static func tensor(_ field: Interface.Field, rows: Int, zero: Bool, side: Int) -> Tensor? {
        guard let width = field.fixedElements, width <= mostElements, let datatype = Datatype(rawValue: field.datatype) else { return nil }
        var shape = field.shape.map { $0 == -1 ? side : max($0, 1) }
        // A first dimension that is fixed is no number of rows.
        if !shape.isEmpty, field.shape[0] == -1 { shape[0] = rows }
        var count = 1
        for size in shape {
            let (product, isOver) = count.multipliedReportingOverflow(by: size)
            guard !isOver, product <= mostElements * rows else { return nil }
            count = product
        }
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
