/// A map z = A x + b from a row's elements to some columns, kept sparse: most steps before a model touch one element each.
public struct AffineMap: Sendable, Equatable {
    /// One column: weights of the elements that it depends on.
    public struct Column: Sendable, Equatable {
        public var features: [Int]
        public var weights: [Double]
        public var offset: Double

        public init(features: [Int] = [], weights: [Double] = [], offset: Double) {
            self.features = features
            self.weights = weights
            self.offset = offset
        }

        func value(_ row: [Double]) -> Double {
            zip(features, weights).reduce(offset) { $0 + row[$1.0] * $1.1 }
        }
    }

    /// How many elements a row has.
    public let features: Int
    public var columns: [Column]

    public init(features: Int, columns: [Column]) {
        self.features = features
        self.columns = columns
    }

    /// The map that gives some of a row's elements unchanged.
    static func identity(_ range: Range<Int>, of features: Int) -> AffineMap {
        AffineMap(features: features, columns: range.map { Column(features: [$0], weights: [1], offset: 0) })
    }

    public func values(_ row: [Double]) -> [Double] { columns.map { $0.value(row) } }

    /// Whether each column depends on one element, and no two on the same one: players before and after are the same then.
    var isOneToOne: Bool {
        var seen: Set<Int> = []
        return columns.allSatisfy { $0.features.count == 1 && $0.features.allSatisfy { seen.insert($0).inserted } }
    }

    /// Each column scaled and moved: scale * z + offset.
    func scaled(_ scales: [Double], offsets: [Double]) -> AffineMap {
        AffineMap(
            features: features,
            columns: columns.indices.map { index in
                Column(
                    features: columns[index].features, weights: columns[index].weights.map { $0 * scales[index] },
                    offset: columns[index].offset * scales[index] + offsets[index])
            })
    }

    /// The product with weights (one list for each new column, over the present columns) plus a bias.
    func multiplied(_ weights: [[Double]], bias: [Double]) -> AffineMap {
        AffineMap(features: features, columns: zip(weights, bias).map { combined($0, bias: $1) })
    }

    private func combined(_ weights: [Double], bias: Double) -> Column {
        var sums = [Double](repeating: 0, count: features)
        var used = [Bool](repeating: false, count: features)
        var offset = bias
        for (column, weight) in zip(columns, weights) where weight != 0 {
            offset += weight * column.offset
            for (feature, inner) in zip(column.features, column.weights) {
                sums[feature] += weight * inner
                used[feature] = true
            }
        }
        let kept = (0..<features).filter { used[$0] }
        return Column(features: kept, weights: kept.map { sums[$0] }, offset: offset)
    }
}
