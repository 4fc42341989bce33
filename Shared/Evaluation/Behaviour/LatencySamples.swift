import Contracts
import OnnxRuntime
import Statistics
import Tensors

/// Times of calls, with runs of the calibration model between them.
struct LatencySamples {
    /// Calls before the first that counts.
    static let warmUp = 10
    /// Runs of the calibration model beside a measurement.
    static let calibrations = 20
    /// Nanoseconds after which no more calls are made than the percentile asks for, and after which none at all.
    static let enough = 300_000_000
    static let longest = 5_000_000_000

    /// Milliseconds of each call, ascending.
    let milliseconds: [Double]
    let calibrations: [CalibrationSample]

    init(milliseconds: [Double], calibrations: [CalibrationSample]) {
        self.milliseconds = milliseconds.sorted()
        self.calibrations = calibrations
    }

    /// Calls the model with each of the inputs in turn, about twice as often as the percentile's interval needs.
    static func measure(
        _ session: Session, _ inputs: [[Tensor]], probability: Double, calibration: CalibrationModel
    ) throws(EngineError) -> LatencySamples {
        let fewest = OrderStatisticInterval.fewest(probability: probability)
        let most = max(2 * fewest, 400)
        for call in 0..<warmUp { _ = try session.run(inputs[call % inputs.count]) }
        var times: [Double] = []
        var samples: [CalibrationSample] = [try calibration.sample()]
        let start = ThreadClock.wall()
        while times.count < most {
            let before = ThreadClock.wall()
            if before - start > longest || before - start > enough && times.count >= fewest { break }
            _ = try session.run(inputs[times.count % inputs.count])
            times.append(Double(ThreadClock.wall() - before) / 1e6)
            if times.count % max(1, most / calibrations) == 0 { samples.append(try calibration.sample()) }
        }
        samples.append(try calibration.sample())
        return LatencySamples(milliseconds: times, calibrations: samples)
    }

    /// The percentile's place among the samples with its interval; an open end is infinite, or 0.
    func estimate(probability: Double) -> Estimate {
        guard !milliseconds.isEmpty else {
            return Estimate(value: .nan, interval: nil, count: 0, method: "order-statistic")
        }
        let interval = OrderStatisticInterval(samples: milliseconds.count, probability: probability)
        return Estimate(
            value: Quantile.of(milliseconds, probability),
            interval: ConfidenceInterval(
                lower: interval.lower.map { milliseconds[$0] } ?? 0,
                upper: interval.upper.map { milliseconds[$0] } ?? .infinity,
                level: 0.95), count: milliseconds.count, method: "order-statistic")
    }
}
