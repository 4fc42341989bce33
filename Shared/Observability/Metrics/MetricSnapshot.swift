/// One value that is read when the metrics are rendered.
public struct MetricSample: Sendable {
    public let name: String
    public let kind: MetricKind
    public let labels: [(String, String)]
    public let value: Double

    /// A counter's name has to end in `_total`.
    public init(_ name: String, _ kind: MetricKind, labels: [(String, String)] = [], value: Double) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.value = value
    }
}

/// What a family held at one moment.
struct MetricSnapshot {
    struct Series {
        let labels: String
        let value: MetricCell.Value
    }

    let name: String
    let kind: MetricKind
    let bounds: [Double]
    let series: [Series]

    /// Samples by family; the first one of a name decides the kind.
    static func group(_ samples: [MetricSample]) -> [MetricSnapshot] {
        Dictionary(grouping: samples) { MetricName.valid($0.name) }.map { name, members in
            MetricSnapshot(
                name: name, kind: members[0].kind, bounds: [],
                series: members.map { Series(labels: MetricLabels($0.labels).text, value: MetricCell.Value(number: $0.value, counts: [])) })
        }
    }
}
