import Contracts
import Statistics

/// The rows of two windows as cells: for each feature a number's quantile bin of the reference, or a category.
struct FeatureTable: Sendable {
    struct Feature: Sendable {
        let name: String
        let cellCount: Int
        /// The cell of each row, the reference's first.
        let cells: [Int]
    }

    /// Values of a tensor that are watched one by one; a longer one is watched by its mean and its spread.
    static let widest = 256

    let features: [Feature]
    let reference: Int
    let current: Int

    init(reference: [TrafficRow], current: [TrafficRow]) {
        self.reference = reference.count
        self.current = current.count
        let rows = reference + current
        let names = Self.names(rows.first)
        features = names.flatMap { Self.features($0.prefix, rows.map($0.value), referenceCount: reference.count) }
    }

    private static func names(_ row: TrafficRow?) -> [(prefix: String, value: (TrafficRow) -> JSONValue?)] {
        guard let row else { return [] }
        return row.input.keys.sorted().map { name in ("input." + name, { $0.input[name] }) }
            + row.context.keys.sorted().map { name in ("context." + name, { $0.context[name] }) }
            + row.output.keys.sorted().map { name in ("prediction." + name, { $0.output[name] }) }
    }

    private static func features(_ name: String, _ values: [JSONValue?], referenceCount: Int) -> [Feature] {
        guard case .array(let first)? = values.first ?? nil else { return [feature(name, values, referenceCount)] }
        let lists = values.map { $0?.arrayValue ?? [] }
        if first.count <= widest {
            return first.indices.map { index in
                feature("\(name)[\(index)]", lists.map { index < $0.count ? $0[index] : JSONValue?.none }, referenceCount)
            }
        }
        let moments = lists.map { Moments($0.compactMap(\.doubleValue)) }
        return [
            feature("mean(\(name))", moments.map { .number($0.mean) }, referenceCount),
            feature("spread(\(name))", moments.map { .number($0.standardDeviation) }, referenceCount),
        ]
    }

    /// Whole numbers of few values, texts and truth values are categories; other numbers are binned.
    private static func feature(_ name: String, _ values: [JSONValue?], _ referenceCount: Int) -> Feature {
        let numbers = values.map { $0?.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        let isNumeric = values.allSatisfy { $0 == nil || $0 == .null || $0?.doubleValue != nil }
        let isWhole = values.allSatisfy { if case .number? = $0 { false } else { true } }
        let bins = QuantileBins(reference: numbers.prefix(referenceCount).compactMap { $0 })
        if isNumeric, !(isWhole && Set(numbers).count <= 20), let bins {
            return Feature(name: name, cellCount: bins.count + 1, cells: numbers.map { $0.map(bins.bin) ?? bins.count })
        }
        var known: [JSONValue?: Int] = [:]
        let cells = values.map { value in
            let next = known.count
            return known[value]
                ?? {
                    known[value] = next; return next
                }()
        }
        return Feature(name: name, cellCount: max(known.count, 1), cells: cells)
    }
}
