/// What one side did in one measurement.
struct SideSample: Sendable, Codable {
    let requestsPerSecond: Double
    let p50Milliseconds: Double
    let p99Milliseconds: Double
    /// Processor time of all the side's processes for one request.
    let cpuMicroseconds: Double
    /// Processor time of the load generator for one request; none where the callers are this process's own.
    let loadMicroseconds: Double
}

extension SideSample {
    init(_ run: WrkRun, cpuSeconds: Double) {
        self.init(
            requestsPerSecond: Double(run.requests) / run.microseconds * 1e6, p50Milliseconds: run.p50 / 1e3,
            p99Milliseconds: run.p99 / 1e3,
            cpuMicroseconds: cpuSeconds * 1e6 / Double(run.requests),
            loadMicroseconds: run.cpuSeconds * 1e6 / Double(run.requests))
    }

    init(_ sample: LoadSample, cpuSeconds: Double) {
        let times = sample.milliseconds.sorted()
        self.init(
            requestsPerSecond: sample.requestsPerSecond, p50Milliseconds: Ranks.quantile(0.5, times),
            p99Milliseconds: Ranks.quantile(0.99, times), cpuMicroseconds: cpuSeconds * 1e6 / Double(max(1, times.count)),
            loadMicroseconds: 0)
    }
}
