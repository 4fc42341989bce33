/// Counts of a value's elements in bins of one width, a power of two, that doubles when an element lies beyond the last.
///
/// Bins then join exactly in pairs: what is counted does not depend on the order of the batches, but for the first width.
struct RangeHistogram {
    /// Bins on either side of zero.
    static let half = 4096

    private(set) var low = Float.infinity
    private(set) var high = -Float.infinity
    private var width: Double = 0
    private var counts: [Int] = []
    private var total = 0

    /// Counts elements; false when one is not finite.
    mutating func add(_ elements: [Float], isCounting: Bool) -> Bool {
        guard elements.allSatisfy(\.isFinite) else { return false }
        for element in elements {
            low = min(low, element)
            high = max(high, element)
        }
        if isCounting, !elements.isEmpty { count(elements) }
        return true
    }

    private mutating func count(_ elements: [Float]) {
        fit(max(abs(Double(low)), abs(Double(high))))
        total += elements.count
        guard width > 0 else { return }
        for element in elements { counts[Self.half + Int((Double(element) / width).rounded(.down))] += 1 }
    }

    /// Doubles the width until all lies within. Elements that were all zero before lie in the bin at zero.
    private mutating func fit(_ magnitude: Double) {
        guard magnitude > 0 else { return }
        if width == 0 {
            width = Double(sign: .plus, exponent: magnitude.exponent, significand: 1) * 2 / Double(Self.half)
            counts = [Int](repeating: 0, count: 2 * Self.half)
            counts[Self.half] = total
        }
        while magnitude >= width * Double(Self.half) {
            var joined = [Int](repeating: 0, count: counts.count)
            for (bin, count) in counts.enumerated() { joined[Self.half + ((bin - Self.half) >> 1)] += count }
            counts = joined
            width *= 2
        }
    }

    /// The range that leaves out a share of the elements on either side, to a bin's width; never beyond what was seen.
    func range(leavingOut share: Double) -> ActivationRange {
        guard width > 0 else { return ActivationRange(low: low, high: high) }
        let left = Int((share * Double(total)).rounded(.down))
        let first = Self.index(counts.indices, counts, beyond: left) - Self.half
        let last = Self.index(counts.indices.reversed(), counts, beyond: left) - Self.half
        return ActivationRange(low: max(low, Float(Double(first) * width)), high: min(high, Float(Double(last + 1) * width)))
    }

    /// The first bin up to which more than the given number was counted.
    private static func index(_ order: some Sequence<Int>, _ counts: [Int], beyond number: Int) -> Int {
        var seen = 0
        for bin in order {
            seen += counts[bin]
            if seen > number { return bin }
        }
        return half
    }
}
