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
    /// Bytes of all data, where a model has no bound of its own: a request of a megabyte must not cost as much again. Numbers count as in
    /// memory, texts and context as JSON.
    static let standardBytes = 64 << 10
    /// Bytes of all data at most: what is larger would fill the spool.
    static let mostBytes = 1 << 20

    private let rows: Int
    private let elements: (Tensor, inout JSONWriter) -> Void
    private var left: Int
    /// What was left out, by name, with the bytes that it has as raw elements.
    private(set) var omitted: [(name: String, bytes: Int)] = []

    /// - Parameters:
    ///   - mostBytes: of all data.
    ///   - elements: writes the elements of a tensor.
    init(rows: Int, mostBytes: Int = standardBytes, elements: @escaping (Tensor, inout JSONWriter) -> Void) {
        self.rows = max(rows, 1)
        self.elements = elements
        left = min(mostBytes, Self.mostBytes)
    }

    /// Writes tensors as an object, those that are kept.
    mutating func write(_ tensors: [Tensor], into record: inout JSONWriter, where isKept: (String) -> Bool = { _ in true }) {
        record.raw("{")
        var isFirst = true
        for tensor in tensors {
            guard isKept(tensor.name), tensor.count / rows <= Self.mostElements, write(tensor, isFirst, into: &record) else {
                omitted.append((tensor.name, tensor.binarySize))
                continue
            }
            isFirst = false
        }
        record.raw("}")
    }

    /// Writes a tensor; false when it is too long.
    private mutating func write(_ tensor: Tensor, _ isFirst: Bool, into record: inout JSONWriter) -> Bool {
        // Known before any element is written: a text takes its bytes, two quotation marks and a comma, or more.
        let least = tensor.datatype == .bytes ? tensor.binarySize - tensor.count : tensor.byteCount
        guard least <= left else { return take(least, isOver: true) }
        let start = record.count
        Self.name(tensor.name, isFirst, into: &record)
        let data = record.count
        elements(tensor, &record)
        let bytes = tensor.datatype == .bytes ? record.count - data : least
        guard take(bytes, isOver: bytes > left) else {
            record.truncate(to: start)
            return false
        }
        return true
    }

    /// Writes values of each row as an object.
    mutating func write(_ context: [String: ContextValues], into record: inout JSONWriter) {
        record.raw("{")
        var isFirst = true
        for (name, values) in context.sorted(by: { $0.key < $1.key }) {
            var text = JSONWriter(capacity: min(left, 32 * values.count) + 16)
            // Known before any value is made: each takes a character and a comma at least.
            var isOver = left < 2 * values.count
            text.raw("[")
            for (index, value) in (isOver ? [] : values.elements).enumerated() where !isOver {
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

    /// Takes bytes of what is left; what does not fit ends the record's data.
    private mutating func take(_ bytes: Int, isOver: Bool) -> Bool {
        left = isOver ? 0 : left - bytes
        return !isOver
    }

    private static func name(_ name: String, _ isFirst: Bool, into record: inout JSONWriter) {
        if !isFirst { record.raw(",") }
        record.string(name)
        record.raw(":")
    }
}
