import Foundation
import Tensors

/// Memory of one input for the time of a run: the library wants pointers that stay where they are.
final class InputBuffer {
    let memory: UnsafeMutableRawBufferPointer
    private let copies: [UnsafeMutablePointer<CChar>]
    let texts: [UnsafePointer<CChar>?]

    init(_ tensor: Tensor) {
        memory = .allocate(byteCount: max(1, tensor.raw.count), alignment: 64)
        memory.copyBytes(from: tensor.raw)
        copies = tensor.strings.map { element in
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: element.count + 1)
            for (index, byte) in element.enumerated() { text[index] = CChar(bitPattern: byte) }
            text[element.count] = 0
            return text
        }
        texts = copies.map { UnsafePointer($0) }
    }

    deinit {
        memory.deallocate()
        for copy in copies { copy.deallocate() }
    }
}

/// Lends an array of C strings.
func withNames<T>(_ names: [String], _ body: ([UnsafePointer<CChar>?]) -> T) -> T {
    let copies = names.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) })
}

extension Datatype {
    /// The engine's number of an element type.
    var engineType: Int32 {
        switch self {
        case .fp32: 1
        case .uint8: 2
        case .int8: 3
        case .uint16: 4
        case .int16: 5
        case .int32: 6
        case .int64: 7
        case .bytes: 8
        case .bool: 9
        case .fp16: 10
        case .fp64: 11
        case .uint32: 12
        case .uint64: 13
        case .bf16: 16
        }
    }

    init?(engineType: Int32) {
        guard let match = Datatype.allCases.first(where: { $0.engineType == engineType }) else { return nil }
        self = match
    }
}
