import Contracts
import MLflow
import Tensors

/// JSON texts as trees, read several times faster than by a decoder: a batch has hundreds of small objects.
enum JSONTree {
    /// The tree; nil for bytes that are no JSON.
    static func read(_ bytes: [UInt8]) -> JSONValue? {
        bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer)
            guard let value = try? reader.value(), (try? reader.finish()) != nil else { return nil }
            return value
        }
    }
}

extension RequestFields {
    /// The members of a body: JSON, or a JSON text that holds JSON; anything else has none.
    init(read bytes: [UInt8]) {
        var value = JSONTree.read(bytes)
        if case .string(let inner)? = value { value = JSONTree.read(Array(inner.utf8)) }
        self.init(value?.objectValue ?? [:])
    }
}
