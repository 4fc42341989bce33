import Contracts
import Statistics

/// The rows of two windows as cells: for each feature a number's quantile bin of the reference, or a category.
///
/// What a record left out (too large, not sampled, redacted) was not observed: such a row is in no cell of the feature. What a client left
/// out is a cell of its own.
struct FeatureTable: Sendable {
    struct Feature: Sendable {
        let name: String
        /// The cell of each row, the reference's first; nil where it was not observed. Cells that no row is in are left out.
        let cells: [Int?]
        /// Rows in each cell.
        let totals: [Int]
        /// Rows of the reference, and of the current window, in which it was observed.
        let observed: (reference: Int, current: Int)

        init(name: String, cells: [Int?], referenceCount: Int) {
            self.name = name
            var place: [Int: Int] = [:]
            for cell in Set(cells.compactMap(\.self)).sorted() { place[cell] = place.count }
            self.cells = cells.map { cell in cell.flatMap { place[$0] } }
            totals = self.cells.reduce(into: [Int](repeating: 0, count: place.count)) { totals, cell in
                if let cell { totals[cell] += 1 }
            }
            let reference = cells.prefix(referenceCount).count { $0 != nil }
            observed = (reference, totals.reduce(0, +) - reference)
        }
    }

    /// A field of the rows: nil where it was not observed, `.null` where the client left it out.
    private struct Field {
        let name: String
        let value: (TrafficRow) -> JSONValue?
    }

    /// Values of a tensor that are watched one by one; a longer one is watched by its mean and its spread.
    static let widest = 256

    let features: [Feature]
    let reference: Int
    let current: Int

    /// - Parameter required: names of inputs that no client can leave out: where one is missing, the record left it out.
    init(reference: [TrafficRow], current: [TrafficRow], required: [String] = []) {
        self.reference = reference.count
        self.current = current.count
        let rows = reference + current
        features = Self.fields(rows, required: Set(required)).flatMap { field in
            Self.features(field.name, rows.map(field.value), reference.count)
        }
    }

    /// Every field that a row has.
    private static func fields(_ rows: [TrafficRow], required: Set<String>) -> [Field] {
        func fields(_ prefix: String, _ part: KeyPath<TrafficRow, [String: JSONValue]>, required: Set<String>) -> [Field] {
            rows.reduce(into: Set<String>()) { $0.formUnion($1[keyPath: part].keys) }.sorted().map { name in
                Field(name: prefix + name) { row in
                    if let value = row[keyPath: part][name] { return value }
                    // Said in full, since a literal nil would be a JSON null.
                    return required.contains(name) || row.omitted.contains(name) ? Optional<JSONValue>.none : .some(.null)
                }
            }
        }
        return fields("input.", \.input, required: required) + fields("context.", \.context, required: [])
            + fields("prediction.", \.output, required: [])
    }

    private static func features(_ name: String, _ values: [JSONValue?], _ referenceCount: Int) -> [Feature] {
        guard case .array(let first)? = values.lazy.compactMap({ $0 }).first(where: { $0 != .null }) else {
            return [feature(name, values, referenceCount)]
        }
        let lists = values.map { value in value.map { $0.arrayValue ?? [] } }
        if first.count <= widest {
            return first.indices.map { index in
                feature("\(name)[\(index)]", lists.map { list in list.map { index < $0.count ? $0[index] : .null } }, referenceCount)
            }
        }
        let moments = lists.map { list in list.map { Moments($0.compactMap(\.doubleValue)) } }
        return [
            feature("mean(\(name))", moments.map { moments in moments.map { .number($0.mean) } }, referenceCount),
            feature("spread(\(name))", moments.map { moments in moments.map { .number($0.standardDeviation) } }, referenceCount),
        ]
    }

    /// Whole numbers of few values, texts and truth values are categories; other numbers are binned.
    private static func feature(_ name: String, _ values: [JSONValue?], _ referenceCount: Int) -> Feature {
        let numbers = values.map { $0?.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        let isNumeric = values.allSatisfy { value in value.map { $0 == .null || $0.doubleValue != nil } ?? true }
        let isWhole = values.allSatisfy { if case .number? = $0 { false } else { true } }
        let bins = QuantileBins(reference: numbers.prefix(referenceCount).compactMap { $0 })
        if isNumeric, !(isWhole && Set(numbers).count <= 20), let bins {
            let cells = zip(values, numbers).map { value, number in value.map { _ in number.map(bins.bin) ?? bins.count } }
            return Feature(name: name, cells: cells, referenceCount: referenceCount)
        }
        var known: [JSONValue: Int] = [:]
        for case let value? in values where known[value] == nil { known[value] = known.count }
        return Feature(name: name, cells: values.map { value in value.flatMap { known[$0] } }, referenceCount: referenceCount)
    }
}
