/// Writes families in Prometheus' text format 0.0.4 or in OpenMetrics 1.0.
struct MetricText {
    let openMetrics: Bool
    private var text = ""

    init(openMetrics: Bool) {
        self.openMetrics = openMetrics
    }

    mutating func append(_ family: MetricSnapshot, help: String) {
        guard !family.series.isEmpty else { return }
        // OpenMetrics names a counter's family without the suffix of its sample.
        let name = openMetrics && family.kind == .counter && family.name.hasSuffix("_total") ? String(family.name.dropLast(6)) : family.name
        let escaped = help.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        text += "# HELP \(name) \(escaped)\n# TYPE \(name) \(family.kind.rawValue)\n"
        for series in family.series {
            if family.kind == .histogram {
                histogram(family, series)
            } else {
                line(family.name, series.labels, number(series.value.number))
            }
        }
    }

    consuming func finish() -> String {
        openMetrics ? text + "# EOF\n" : text
    }

    private mutating func histogram(_ family: MetricSnapshot, _ series: MetricSnapshot.Series) {
        var total: UInt64 = 0
        for (index, count) in series.value.counts.enumerated() {
            total += count
            let bound = index < family.bounds.count ? number(family.bounds[index]) : "+Inf"
            let comma = series.labels.isEmpty ? "" : ","
            line(family.name + "_bucket", "\(series.labels)\(comma)le=\"\(bound)\"", "\(total)")
        }
        line(family.name + "_sum", series.labels, number(series.value.number))
        line(family.name + "_count", series.labels, "\(total)")
    }

    private mutating func line(_ name: String, _ labels: String, _ value: String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // OpenMetrics wants bounds as 1.0, the classic format takes both; whole numbers are shorter there.
        if !openMetrics, value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }
}
