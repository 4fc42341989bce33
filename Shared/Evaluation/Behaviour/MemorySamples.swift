import OnnxRuntime
import Statistics
import Tensors

/// What a model takes of the process's memory, load after load, with loads of the calibration model between them.
///
/// Bytes that are allocated, not pages that are resident: pages freed by an earlier load are used again and would hide the next one.
struct MemorySamples {
    /// Of so many readings the second and the eighth hold the median with 96.1 %, so that one which others disturbed does no harm.
    static let loads = 9

    /// 10^6 bytes of each load.
    let megabytes: [Double]
    /// Of the calibration model, whose size does not change.
    let calibration: [Double]

    /// Loads each model in turn; the first load of each lays out what the engine keeps for good, and does not count.
    static func measure(
        _ runtime: Runtime, model: [UInt8], inputs: [Tensor], beside other: [UInt8]
    ) throws(EngineError) -> MemorySamples {
        let probe = [
            Tensor(
                name: "x", shape: [1, CalibrationModel.width],
                floats: Array(repeating: 1, count: CalibrationModel.width))
        ]
        var readings: [Double] = []
        var calibration: [Double] = []
        for load in 0...loads {
            let reading = try reading(runtime, model, inputs)
            let beside = try Self.reading(runtime, other, probe)
            if load > 0 {
                readings.append(reading)
                calibration.append(beside)
            }
        }
        return MemorySamples(megabytes: readings, calibration: calibration)
    }

    /// 10^6 bytes that are allocated after the load and one call, beyond those before.
    private static func reading(_ runtime: Runtime, _ model: [UInt8], _ inputs: [Tensor])
        throws(EngineError) -> Double
    {
        let before = AllocatedMemory.bytes
        let session = try Session(runtime: runtime, model: model)
        _ = try session.run(inputs)
        return withExtendedLifetime(session) { Double(AllocatedMemory.bytes - before) / 1e6 }
    }

    /// The median load with its interval.
    var estimate: Estimate {
        let sorted = megabytes.sorted()
        let interval = OrderStatisticInterval(samples: sorted.count, probability: 0.5)
        return Estimate(
            value: Quantile.of(sorted, 0.5),
            interval: ConfidenceInterval(
                lower: interval.lower.map { sorted[$0] } ?? 0, upper: interval.upper.map { sorted[$0] } ?? .infinity, level: 0.95),
            count: sorted.count, method: "order-statistic")
    }

    /// The last but one reading of the calibration model over the second: 1 where nothing else takes memory.
    var scatter: Double {
        let sorted = calibration.sorted()
        guard sorted.count > 2, sorted[1] > 0 else { return .infinity }
        return sorted[sorted.count - 2] / sorted[1]
    }
}
