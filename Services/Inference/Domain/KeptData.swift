import Contracts
import Tensors

/// Writes what of a request's data goes into its record: within a bound on each row, and within one on the whole.
///
/// The most needed comes first: without outputs nothing can be said of a row, without context it is in no slice. What does not fit any
/// more is left out by name together with all that would follow, so that a record with inputs has its whole context. What was left out,
/// for whatever reason, is named.
struct KeptData {
    /// Elements of one row's tensor that are kept: an image is.
    static let mostElements = 16_384
    /// Bytes of all data as JSON, where a model has no bound of its own: a request of a megabyte must not cost as much again.
    static let standardBytes = 64 << 10
    /// Bytes of all data as JSON at most: what is larger would fill the spool.
    static let mostBytes = 1 << 20
    /// Bytes of the longest number and the comma after it.
    private static let longestNumber = 26

    private let rows: Int
    private var left: Int
    /// What was left out, by name, with the bytes that it has as raw elements.
    private(set) var omitted: [(name: String, bytes: Int)] = []

    /// - Parameter mostBytes: of all data as JSON.
    init(rows: Int, mostBytes: Int = standardBytes) {
        self.rows = max(rows, 1)
        left = min(mostBytes, Self.mostBytes)
    }

    /// Writes tensors as an object, those that are kept.
    ///
    /// - Parameter text: a tensor's elements as a flat array of JSON, where somebody has written that already: copying costs a tenth.
    mutating func write(
        _ tensors: [Tensor], into record: inout JSONWriter, text: (Tensor) -> UnsafeRawBufferPointer? = { _ in nil },
        where isKept: (String) -> Bool = { _ in true }
    ) {
        record.raw("{")
        var isFirst = true
        for tensor in tensors {
            let start = record.count
            guard isKept(tensor.name), mayKeep(tensor) else {
                omitted.append((tensor.name, tensor.binarySize))
                continue
            }
            if let text = text(tensor) {
                guard take(text.count, of: tensor, isOver: text.count > left) else { continue }
                Self.name(tensor.name, isFirst, into: &record)
                record.raw(text)
            } else if Self.longest(tensor) <= left {
                Self.name(tensor.name, isFirst, into: &record)
                record.elements(of: tensor)
                left -= record.count - start
            } else if !write(measured: tensor, isFirst, into: &record) {
                continue
            }
            isFirst = false
        }
        record.raw("}")
    }

    /// Writes values of each row as an object.
    mutating func write(_ context: [String: [JSONValue]], into record: inout JSONWriter) {
        record.raw("{")
        var isFirst = true
        for (name, values) in context.sorted(by: { $0.key < $1.key }) {
            var text = JSONWriter(capacity: min(left, 32 * values.count) + 16)
            var isOver = left < 2 * values.count
            text.raw("[")
            for (index, value) in values.enumerated() where !isOver {
                if index > 0 { text.raw(",") }
                text.value(value)
                isOver = text.count > left
            }
            text.raw("]")
            guard take(text.count, isOver: isOver) else {
                omitted.append((name, text.count))
                continue
            }
            Self.name(name, isFirst, into: &record)
            text.withUnsafeBytes { record.raw($0) }
            isFirst = false
        }
        record.raw("}")
    }

    /// Looked at before any element is: an element takes two bytes or more.
    private func mayKeep(_ tensor: Tensor) -> Bool {
        tensor.count / rows <= Self.mostElements && tensor.count <= left / 2
    }

    /// Writes a tensor that may turn out too long; false when it did.
    private mutating func write(measured tensor: Tensor, _ isFirst: Bool, into record: inout JSONWriter) -> Bool {
        var text = JSONWriter(capacity: left)
        text.elements(of: tensor)
        guard take(text.count, of: tensor, isOver: text.count > left) else { return false }
        Self.name(tensor.name, isFirst, into: &record)
        text.withUnsafeBytes { record.raw($0) }
        return true
    }

    /// Takes bytes of what is left; what does not fit ends the record's data.
    private mutating func take(_ bytes: Int, isOver: Bool) -> Bool {
        left = isOver ? 0 : left - bytes
        return !isOver
    }

    private mutating func take(_ bytes: Int, of tensor: Tensor, isOver: Bool) -> Bool {
        if isOver { omitted.append((tensor.name, tensor.binarySize)) }
        return take(bytes, isOver: isOver)
    }

    private static func longest(_ tensor: Tensor) -> Int {
        tensor.datatype == .bytes ? tensor.binarySize * 6 : tensor.count * longestNumber
    }

    private static func name(_ name: String, _ isFirst: Bool, into record: inout JSONWriter) {
        if !isFirst { record.raw(",") }
        record.string(name)
        record.raw(":")
    }
}
