import Metrics
import Synchronization

/// The metrics of a process as a swift-metrics back end, rendered in Prometheus' text format.
///
/// Made once in the composition root and handed to `MetricsSystem.bootstrap`. Counters end in `_total`, timers become histograms in
/// seconds, recorders histograms (or gauges when they do not aggregate), meters gauges. Foreign characters of names become `_`.
public final class PrometheusRegistry: Sendable {
    /// Upper bounds in seconds: fine below 10 ms, where the data path lives.
    public static let durationBuckets: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    /// Upper bounds of recorders, whose unit we do not know.
    public static let valueBuckets: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000, 10_000_000]
    /// Label sets of one family above which further ones are counted together, so that a mistake cannot fill the memory.
    static let maximumSeries = 2_000

    private let families = Mutex<[String: MetricFamily]>([:])
    private let helps = Mutex<[String: String]>([:])
    private let collectors = Mutex<[@Sendable () -> [MetricSample]]>([])
    private let buckets: [String: [Double]]

    /// A registry; `buckets` gives single families (by final name) bounds of their own.
    public init(buckets: [String: [Double]] = [:]) {
        self.buckets = buckets
    }

    /// Says what a family means; shown as its HELP line.
    public func describe(_ name: String, _ help: String) {
        helps.withLock { $0[MetricName.valid(name)] = help }
    }

    /// Adds samples that are read when the metrics are rendered.
    public func collect(_ samples: @escaping @Sendable () -> [MetricSample]) {
        collectors.withLock { $0.append(samples) }
    }

    /// The text of all metrics; `openMetrics` selects OpenMetrics 1.0 in place of the classic format.
    public func render(openMetrics: Bool = false) -> String {
        var all = families.withLock { families in families.values.map { $0.snapshot() } }
        let known = Set(all.map(\.name))
        let samples = collectors.withLock { $0 }.flatMap { $0() }
        all += MetricSnapshot.group(samples).filter { !known.contains($0.name) }
        let helps = helps.withLock { $0 }
        var text = MetricText(openMetrics: openMetrics)
        for family in all.sorted(by: { $0.name < $1.name }) {
            text.append(family, help: helps[family.name] ?? MetricName.sentence(family.name))
        }
        return text.finish()
    }

    /// The content type of ``render(openMetrics:)``.
    public static func contentType(openMetrics: Bool) -> String {
        openMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"
    }

    /// The cell of a label set; a cell of its own that nobody renders when the name is taken by another kind.
    func cell(_ label: String, suffix: String, kind: MetricKind, _ dimensions: [(String, String)]) -> MetricCell {
        let name = MetricName.valid(label, suffix: suffix)
        let bounds = kind == .histogram ? buckets[name] ?? (suffix == "_seconds" ? Self.durationBuckets : Self.valueBuckets) : []
        return families.withLock { families in
            let family = families[name] ?? MetricFamily(name: name, kind: kind, bounds: bounds)
            families[name] = family
            guard family.kind == kind else { return MetricCell(kind: kind, bounds: bounds) }
            return family.cell(MetricLabels(dimensions))
        }
    }

    private func forget(_ handler: AnyObject) {
        guard let cell = handler as? MetricCell else { return }
        families.withLock { families in families.values.forEach { $0.remove(cell) } }
    }
}

extension PrometheusRegistry: MetricsFactory {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, suffix: "_total", kind: .counter, dimensions)
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        cell(label, suffix: "_total", kind: .counter, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, suffix: "", kind: .gauge, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        cell(label, suffix: "", kind: aggregate ? .histogram : .gauge, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, suffix: "_seconds", kind: .histogram, dimensions)
    }

    public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}
