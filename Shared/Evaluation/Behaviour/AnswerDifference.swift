import Tensors

/// How far two answers to the same rows are apart.
enum AnswerDifference {
    /// The largest difference of two numbers; infinite where shapes, whole numbers or texts differ.
    static func between(_ one: [Tensor], _ other: [Tensor]) -> Double {
        guard one.count == other.count else { return .infinity }
        return zip(one, other).reduce(0) { max($0, between($1.0, $1.1)) }
    }

    static func between(_ one: Tensor, _ other: Tensor) -> Double {
        guard one.name == other.name, one.datatype == other.datatype, one.shape == other.shape else {
            return .infinity
        }
        guard isReal(one.datatype), let left = one.doubles, let right = other.doubles else {
            return one == other ? 0 : .infinity
        }
        return zip(left, right).reduce(0) { most, pair in
            if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return most }
            let difference = abs(pair.0 - pair.1)
            return difference.isNaN ? .infinity : max(most, difference)
        }
    }

    /// Whether the numbers agree but for rounding: single precision adds up in another order in a batch of another size.
    static func agrees(_ one: Tensor, _ other: Tensor, rounding: Double) -> Bool {
        guard one.shape == other.shape, isReal(one.datatype), let left = one.doubles,
            let right = other.doubles
        else { return one == other }
        return zip(left, right).allSatisfy { pair in
            pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN
                || abs(pair.0 - pair.1) <= rounding * max(1, abs(pair.0), abs(pair.1))
        }
    }

    private static func isReal(_ datatype: Datatype) -> Bool {
        [.fp16, .bf16, .fp32, .fp64].contains(datatype)
    }
}
