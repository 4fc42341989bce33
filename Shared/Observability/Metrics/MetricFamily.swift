import Synchronization

/// The label sets of one metric name.
final class MetricFamily: Sendable {
    let name: String
    let kind: MetricKind
    let bounds: [Double]
    private let cells = Mutex<[MetricLabels: MetricCell]>([:])

    init(name: String, kind: MetricKind, bounds: [Double]) {
        self.name = name
        self.kind = kind
        self.bounds = bounds
    }

    func cell(_ labels: MetricLabels) -> MetricCell {
        cells.withLock { cells in
            if let cell = cells[labels] { return cell }
            let place = cells.count < PrometheusRegistry.maximumSeries ? labels : labels.collapsed
            if let cell = cells[place] { return cell }
            let cell = MetricCell(kind: kind, bounds: bounds)
            cells[place] = cell
            return cell
        }
    }

    func remove(_ cell: MetricCell) {
        cells.withLock { cells in
            for (labels, other) in cells where other === cell { cells[labels] = nil }
        }
    }

    func snapshot() -> MetricSnapshot {
        let series = cells.withLock { cells in cells.map { MetricSnapshot.Series(labels: $0.key.text, value: $0.value.value) } }
        return MetricSnapshot(name: name, kind: kind, bounds: bounds, series: series.sorted { $0.labels < $1.labels })
    }
}

/// The labels of a series, sorted by name and already escaped.
struct MetricLabels: Hashable {
    /// `a="1",b="2"`, empty when there are none.
    let text: String
    private let names: [String]

    init(_ dimensions: [(String, String)]) {
        let sorted = dimensions.map { (MetricName.validLabel($0.0), $0.1) }.sorted { $0.0 < $1.0 }
        var seen = Set<String>()
        let unique = sorted.filter { seen.insert($0.0).inserted }
        names = unique.map(\.0)
        text = unique.map { "\($0.0)=\"\(MetricName.escaped($0.1))\"" }.joined(separator: ",")
    }

    /// The same labels with every value replaced, for what is over the limit.
    var collapsed: MetricLabels { MetricLabels(names.map { ($0, "other") }) }
}
