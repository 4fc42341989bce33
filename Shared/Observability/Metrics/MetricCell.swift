import Metrics
import Synchronization

/// The kinds of Prometheus families that we render.
public enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// The value of one label set: a number, or a histogram's buckets.
final class MetricCell: Sendable {
    struct Value: Sendable {
        /// The counter's or gauge's value, or the histogram's sum.
        var number = 0.0
        /// Observations by bucket, not cumulative; the last one has no upper bound.
        var counts: [UInt64]
    }

    let kind: MetricKind
    let bounds: [Double]
    private let state: Mutex<Value>

    init(kind: MetricKind, bounds: [Double]) {
        self.kind = kind
        self.bounds = bounds
        state = Mutex(Value(counts: kind == .histogram ? Array(repeating: 0, count: bounds.count + 1) : []))
    }

    var value: Value { state.withLock { $0 } }

    private func add(_ amount: Double) {
        state.withLock { $0.number += amount }
    }

    private func observe(_ amount: Double) {
        guard amount.isFinite else { return }
        let bucket = bounds.firstIndex { amount <= $0 } ?? bounds.count
        state.withLock {
            $0.number += amount
            $0.counts[bucket] += 1
        }
    }
}

extension MetricCell: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// A counter never falls: a negative amount is ignored. A gauge may.
    func increment(by amount: Double) {
        if kind == .gauge || amount > 0 { add(amount) }
    }

    func reset() {
        state.withLock { $0 = Value(counts: Array(repeating: 0, count: $0.counts.count)) }
    }
}

extension MetricCell: MeterHandler {
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.number = value } }
    func decrement(by amount: Double) { add(-amount) }
}

extension MetricCell: RecorderHandler, TimerHandler {
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        if kind == .histogram { observe(value) } else { set(value) }
    }

    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
}
