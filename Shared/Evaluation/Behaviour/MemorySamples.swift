import OnnxRuntime
import Statistics
import Tensors

/// What a model takes of the process's memory, load after load, with loads of the calibration model between them.
///
/// Bytes that are allocated, not pages that are resident: pages freed by an earlier load are used again and would hide the next one.
struct MemorySamples {
    /// The ends of so many readings hold the median with 96.9 % (1 - 2 / 2^6).
    static let loads = 6

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

    /// The median load, with the least and the greatest as its interval.
    var estimate: Estimate {
        let sorted = megabytes.sorted()
        let interval = ConfidenceInterval(
            lower: sorted.first ?? 0, upper: sorted.last ?? .infinity, level: 0.969)
        return Estimate(
            value: Quantile.of(sorted, 0.5), interval: interval, count: sorted.count,
            method: "order-statistic")
    }

    /// The greatest reading of the calibration model over the least: 1 where nothing else takes memory.
    var scatter: Double {
        guard let least = calibration.min(), let most = calibration.max(), least > 0 else {
            return .infinity
        }
        return most / least
    }
}
