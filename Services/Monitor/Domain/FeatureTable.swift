import Contracts
import Statistics

/// The rows of two windows as cells: for each feature a number's quantile bin of the reference, or a category.
struct FeatureTable: Sendable {
    struct Feature: Sendable {
        let name: String
        /// The cell of each row, the reference's first. Cells that no row is in are left out.
        let cells: [Int]
        /// Rows in each cell.
        let totals: [Int]

        init(name: String, cells: [Int]) {
            self.name = name
            var place: [Int: Int] = [:]
            for cell in Set(cells).sorted() { place[cell] = place.count }
            self.cells = cells.compactMap { place[$0] }
            totals = self.cells.reduce(into: [Int](repeating: 0, count: place.count)) { $0[$1] += 1 }
        }
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
        let names = Self.names(rows)
        features = names.flatMap { Self.features($0.prefix, rows.map($0.value), referenceCount: reference.count) }
    }

    /// Every field that a row has; one that others lack is missing there.
    private static func names(_ rows: [TrafficRow]) -> [(prefix: String, value: (TrafficRow) -> JSONValue?)] {
        func names(_ part: KeyPath<TrafficRow, [String: JSONValue]>) -> [String] {
            rows.reduce(into: Set<String>()) { $0.formUnion($1[keyPath: part].keys) }.sorted()
        }
        return names(\.input).map { name in ("input." + name, { $0.input[name] }) }
            + names(\.context).map { name in ("context." + name, { $0.context[name] }) }
            + names(\.output).map { name in ("prediction." + name, { $0.output[name] }) }
    }

    private static func features(_ name: String, _ values: [JSONValue?], referenceCount: Int) -> [Feature] {
        guard case .array(let first)? = values.lazy.compactMap({ $0 }).first else { return [feature(name, values, referenceCount)] }
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
            return Feature(name: name, cells: numbers.map { $0.map(bins.bin) ?? bins.count })
        }
        var known: [JSONValue?: Int] = [:]
        for value in values where known[value] == nil { known[value] = known.count }
        let cells = values.map { known[$0] ?? 0 }
        return Feature(name: name, cells: cells)
    }
}
