import Contracts
import Foundation
import OnnxRuntime
import Statistics
import Synchronization

/// The machine that time and memory are measured on, and what the calibration model takes on it when it is idle: the least that was ever
/// seen in this process.
public final class MachineMeasure: Sendable {
    /// Above this the machine counts as busy.
    public static let busy = 1.25

    private struct State {
        var model: CalibrationModel?
        var idle: Double?
        var profile: MachineProfile?
    }

    /// What manifests call it.
    public let name: String
    private let runtime: Runtime
    /// Stands in for what was seen, in tests.
    private let givenIdle: Double?
    private let state = Mutex(State())

    public convenience init(name: String, runtime: Runtime) {
        self.init(name: name, runtime: runtime, idle: nil)
    }

    /// - Parameter idle: milliseconds of the calibration model on the idle machine; nil to find out.
    init(name: String, runtime: Runtime, idle: Double?) {
        self.name = name
        self.runtime = runtime
        givenIdle = idle
    }

    /// The machine as it was when something was measured last; nil before that.
    public var profile: MachineProfile? { state.withLock { $0.profile } }

    /// The calibration model, loaded once. It must not be run from two threads at once: a measurement would see itself as load.
    func calibration() throws -> CalibrationModel {
        if let model = state.withLock({ $0.model }) { return model }
        let model = try CalibrationModel(runtime: runtime)
        state.withLock { $0.model = model }
        return model
    }

    /// The machine during a measurement, by runs of the calibration model beside it.
    func record(_ samples: [CalibrationSample]) -> MachineProfile {
        let median = Quantile.of(samples.map(\.wall).sorted() + (samples.isEmpty ? [0] : []), 0.5)
        let least = samples.map { min($0.wall, $0.processor) }.min() ?? median
        return state.withLock { state in
            let idle = givenIdle ?? min(state.idle ?? least, least)
            state.idle = idle
            let profile = MachineProfile(
                name: name, processor: Self.processor, cores: ProcessInfo.processInfo.activeProcessorCount,
                memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory),
                calibrationMilliseconds: median,
                load: idle > 0 ? median / idle : 1)
            state.profile = profile
            return profile
        }
    }

    /// Why a test that names a machine cannot be measured here; nil when it can.
    func refusal(of test: TestSpec) -> String? {
        guard let wanted = test.machine, wanted != name else { return nil }
        return "It counts on the machine \(wanted), and this is \(name)."
    }

    /// The processor's model name, as the kernel tells it.
    private static let processor: String = {
        let lines =
            (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
        let name = line?.split(separator: ":", maxSplits: 1).last.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        return name.flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
    }()
}
