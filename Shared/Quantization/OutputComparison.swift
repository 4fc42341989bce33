import Tensors

/// Sums over pairs of outputs, from which their agreement follows.
struct OutputComparison {
    private(set) var maximum = 0.0
    private(set) var sum = 0.0
    private(set) var numbers = 0
    private(set) var places = 0
    private(set) var samePlaces = 0
    private(set) var elements = 0
    private(set) var equalElements = 0

    private static let floats: Set<Datatype> = [.fp16, .bf16, .fp32, .fp64]

    mutating func add(_ expected: Tensor, _ given: Tensor) throws {
        guard expected.shape == given.shape, expected.datatype == given.datatype else {
            throw QuantizationFault(
                "output \(expected.name) of the variant is \(given.datatype.rawValue) \(given.shape), not \(expected.datatype.rawValue) \(expected.shape)"
            )
        }
        guard let one = expected.doubles, let other = given.doubles, Self.floats.contains(expected.datatype) else {
            return count(expected, given)
        }
        for (value, number) in zip(one, other) {
            let isSame = value == number || value.isNaN && number.isNaN
            let error = isSame ? 0 : abs(value - number)
            // A number that is not finite where the other is another is as wrong as can be.
            maximum = max(maximum, error.isNaN ? .infinity : error)
            sum += error.isNaN ? .infinity : error
        }
        numbers += one.count
        if expected.shape.count > 1, let width = expected.shape.last, width > 1 { compare(one, other, width) }
    }

    private mutating func compare(_ one: [Double], _ other: [Double], _ width: Int) {
        for start in stride(from: 0, to: one.count, by: width) {
            places += 1
            samePlaces += Self.best(one[start..<(start + width)]) == Self.best(other[start..<(start + width)]) ? 1 : 0
        }
    }

    private static func best(_ values: ArraySlice<Double>) -> Int? {
        values.indices.max { values[$0] < values[$1] }.map { $0 - values.startIndex }
    }

    private mutating func count(_ expected: Tensor, _ given: Tensor) {
        elements += expected.count
        if let one = expected.doubles, let other = given.doubles {
            equalElements += zip(one, other).count { $0 == $1 }
        } else {
            equalElements += zip(expected.strings, given.strings).count { $0 == $1 }
        }
    }
}
