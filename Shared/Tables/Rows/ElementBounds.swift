import Contracts
import Tensors

/// What elements of a field, as columns hold them, have to lie within: numbers are finite, and between the bounds that the interface declares.
struct ElementBounds {
    private let datatype: Datatype
    private let low: Double
    private let high: Double
    private let isBounded: Bool

    init(_ field: TensorField) {
        datatype = field.datatype
        let most = Self.greatest(of: field.datatype)
        isBounded = field.minimum != nil || field.maximum != nil || most < Double(Float.greatestFiniteMagnitude)
        low = max(field.minimum ?? -most, -most)
        high = min(field.maximum ?? most, most)
    }

    /// The largest number of a datatype, where its elements come as numbers of a larger one.
    private static func greatest(of datatype: Datatype) -> Double {
        switch datatype {
        case .fp16: 65_504
        // 8 bits of precision: 2^128 - 2^120.
        case .bf16: 0x1.fep127
        default: .greatestFiniteMagnitude
        }
    }

    /// What an element was expected to be, as the rest of a sentence.
    var expectation: String {
        guard isBounded else { return "is not a finite number" }
        switch (low, high) {
        case (-.greatestFiniteMagnitude, _): return "must be a number of at most \(Self.text(high))"
        case (_, .greatestFiniteMagnitude): return "must be a number of at least \(Self.text(low))"
        default: return "must lie between \(Self.text(low)) and \(Self.text(high))"
        }
    }

    private static func text(_ bound: Double) -> String { String(decoding: JSONValue.number(bound).canonical, as: UTF8.self) }

    /// Index of the first element of the range that does not lie within; a NaN does not.
    func firstFault(_ elements: UnsafeRawPointer, _ range: Range<Int>) -> Int? {
        switch datatype {
        case .fp32, .fp16, .bf16: return firstSingle(elements, range)
        case .fp64: return firstFault(elements, range, low, high)
        case .bool, .bytes: return nil
        case .int8: return firstWhole(elements, range, Int8.self)
        case .int16: return firstWhole(elements, range, Int16.self)
        case .int32: return firstWhole(elements, range, Int32.self)
        case .int64: return firstWhole(elements, range, Int64.self)
        case .uint8: return firstWhole(elements, range, UInt8.self)
        case .uint16: return firstWhole(elements, range, UInt16.self)
        case .uint32: return firstWhole(elements, range, UInt32.self)
        case .uint64: return firstWhole(elements, range, UInt64.self)
        }
    }

    /// The single-precision numbers that lie within are those between these two.
    private var floatBounds: (low: Float, high: Float) {
        var (lowest, highest) = (Float(low), Float(high))
        if Double(lowest) < low { lowest = lowest.nextUp }
        if Double(highest) > high { highest = highest.nextDown }
        return (max(lowest, -.greatestFiniteMagnitude), min(highest, .greatestFiniteMagnitude))
    }

    private func firstFault<Value: BinaryFloatingPoint>(
        _ elements: UnsafeRawPointer, _ range: Range<Int>, _ low: Value, _ high: Value
    ) -> Int? {
        let values = elements.assumingMemoryBound(to: Value.self)
        return range.first { !(values[$0] >= low && values[$0] <= high) }
    }

    /// Nearly always all is well, and sixteen numbers at a time that is found out at the speed of memory.
    private func firstSingle(_ elements: UnsafeRawPointer, _ range: Range<Int>) -> Int? {
        let (low, high) = floatBounds
        let (lows, highs) = (SIMD16<Float>(repeating: low), SIMD16<Float>(repeating: high))
        let blocks = range.count / 16
        let start = elements + range.lowerBound * MemoryLayout<Float>.size
        for block in 0..<blocks {
            let values = start.loadUnaligned(fromByteOffset: block * 64, as: SIMD16<Float>.self)
            guard all((values .>= lows) .& (values .<= highs)) else {
                return firstFault(elements, range.lowerBound + block * 16..<range.upperBound, low, high)
            }
        }
        return firstFault(elements, range.lowerBound + blocks * 16..<range.upperBound, low, high)
    }

    private func firstWhole<Value: FixedWidthInteger>(_ elements: UnsafeRawPointer, _ range: Range<Int>, _: Value.Type) -> Int? {
        guard isBounded else { return nil }
        let values = elements.assumingMemoryBound(to: Value.self)
        return range.first { !(Double(values[$0]) >= low && Double(values[$0]) <= high) }
    }
}
