import Contracts

/// What one element of a tensor is, by its datatype in the Open Inference Protocol.
struct ElementKind: Sendable, Hashable {
    private static let exact = 9_007_199_254_740_992.0  // 2^53: from here on a double may stand for several whole numbers

    let datatype: String

    /// The value in its one form: a whole number is an integer also where floats are wanted. Nil when the value is of another kind.
    func normalized(_ value: JSONValue) -> JSONValue? {
        switch datatype {
        case "BOOL": return value.boolValue.map { .bool($0) }
        case "BYTES": return value.stringValue.map { .string($0) }
        case "FP16", "FP32", "FP64":
            guard let number = value.doubleValue, number.isFinite else { return nil }
            return number.magnitude < Self.exact ? Int64(exactly: number).map { .integer($0) } ?? .number(number) : .number(number)
        default: return value.integerValue.flatMap { range.contains($0) ? .integer($0) : nil }
        }
    }

    private var range: ClosedRange<Int64> {
        switch datatype {
        case "INT8": -128...127
        case "INT16": -32_768...32_767
        case "INT32": Int64(Int32.min)...Int64(Int32.max)
        case "UINT8": 0...255
        case "UINT16": 0...65_535
        case "UINT32": 0...Int64(UInt32.max)
        case "UINT64": 0...Int64.max
        default: Int64.min...Int64.max
        }
    }

    var expectation: String {
        switch datatype {
        case "BOOL": "true or false"
        case "BYTES": "a text"
        case "FP16", "FP32", "FP64": "a number"
        default: "a whole number that fits \(datatype)"
        }
    }
}
