import Contracts
import Foundation
import Tensors

/// What of a request's data goes into its record: within a bound on each row, and within one on the whole.
///
/// The most needed comes first: without outputs nothing can be said of a row, without context it is in no slice. What does not fit any
/// more is left out by name together with all that would follow, so that a record with inputs has its whole context.
struct KeptData: Sendable {
    /// Elements of one row's tensor that are kept: an image is.
    static let mostElements = 16_384
    /// Bytes of all data as JSON, about: what is larger would fill the spool.
    static let mostBytes = 1 << 20

    private(set) var inputs: [String: JSONValue] = [:]
    private(set) var outputs: [String: JSONValue] = [:]
    private(set) var context: [String: [JSONValue]] = [:]
    private var left = mostBytes
    /// Whether all numbers fit however long they are: then none is measured.
    private let isSmall: Bool
    private static let longestNumber = 26

    init(_ checked: Interface.Checked, outputs computed: [Tensor]) {
        let elements = (computed + checked.inputs).reduce(0) { $0 + $1.count } + checked.context.count * checked.rows
        isSmall = elements <= Self.mostBytes / Self.longestNumber
        for tensor in computed where mayKeep(tensor, rows: checked.rows) {
            if let values = fitting(tensor.jsonElements) { outputs[tensor.name] = .array(values) }
        }
        for (name, values) in checked.context.sorted(by: { $0.key < $1.key }) { context[name] = fitting(values) }
        for tensor in checked.inputs where mayKeep(tensor, rows: checked.rows) {
            if let values = fitting(tensor.jsonElements) { inputs[tensor.name] = .array(values) }
        }
    }

    /// Looked at before any element is: an element takes two bytes or more.
    private func mayKeep(_ tensor: Tensor, rows: Int) -> Bool {
        tensor.count / max(rows, 1) <= Self.mostElements && tensor.count <= left / 2
    }

    private mutating func fitting(_ values: [JSONValue]) -> [JSONValue]? {
        var size = 0
        for value in values {
            size += self.size(value)
            guard size <= left else {
                left = 0
                return nil
            }
        }
        left -= size
        return values
    }

    /// Bytes of a value and the comma after it, at most.
    private func size(_ value: JSONValue) -> Int {
        switch value {
        case .number where isSmall, .integer where isSmall: Self.longestNumber
        case .number(let number): number.description.utf8.count + 1
        case .integer(let number): number.description.utf8.count + 1
        case .string(let text): text.utf8.reduce(3) { $0 + ($1 < 32 ? 6 : $1 == UInt8(ascii: "\"") || $1 == UInt8(ascii: "\\") ? 2 : 1) }
        default: 6
        }
    }
}
