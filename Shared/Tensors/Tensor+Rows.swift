extension Tensor {
    /// Whether the rows of both fit into one tensor: same name, datatype, and shape after the first dimension.
    public func joins(_ other: Tensor) -> Bool {
        datatype == other.datatype && !shape.isEmpty && shape.count == other.shape.count && name == other.name
            && shape.dropFirst().elementsEqual(other.shape.dropFirst())
    }

    /// Some of the rows, over the same memory. Traps for a scalar and for rows that are not there.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(!shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0], "rows that are not there")
        let width = shape.dropFirst().reduce(1, *)
        var part = shape
        part[0] = range.count
        let offset = range.lowerBound * width * (datatype.size ?? 1)
        return Tensor(
            name: name, datatype: datatype, shape: part, count: range.count * width, memory: memory, start: start + offset)
    }

    /// The rows of all, one tensor after the other, in new memory; a tensor alone stays as it is. Traps when they do not join.
    public static func joined(_ tensors: [Tensor]) -> Tensor {
        precondition(tensors.allSatisfy { $0.joins(tensors[0]) }, "rows of different shapes do not join")
        guard tensors.count > 1 else { return tensors[0] }
        let first = tensors[0]
        var shape = first.shape
        shape[0] = tensors.reduce(0) { $0 + $1.shape[0] }
        if first.datatype == .bytes { return Tensor(name: first.name, shape: shape, texts: TextMemory(tensors)) }
        return Tensor(name: first.name, datatype: first.datatype, shape: shape) { bytes in
            var place = 0
            for tensor in tensors {
                let rows = tensor.lent
                UnsafeMutableRawBufferPointer(rebasing: bytes[place...]).copyMemory(from: rows)
                place += rows.count
            }
        }
    }
}
