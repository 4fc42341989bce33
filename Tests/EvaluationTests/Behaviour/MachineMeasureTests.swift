import Contracts
import Foundation
import ONNX
import OnnxRuntime
import Statistics
import Tensors
import Testing

@testable import Evaluation

@Suite("The machine beside a measurement")
struct MachineMeasureTests {
    private func samples(_ walls: [Double], processor: Double = 1) -> [CalibrationSample] {
        walls.map { CalibrationSample(wall: $0, processor: processor) }
    }

    @Test(
        "load is the median time over the least that was ever seen, of the wall or of the processor")
    func load() throws {
        let machine = MachineMeasure(name: "lab", runtime: try testRuntime())
        #expect(machine.profile == nil)
        #expect(machine.record(samples([1.2, 1.0, 9.0], processor: 1.0)).load == 1.2)
        // Half a core: the wall doubles, the processor's time stays.
        #expect(machine.record(samples([2, 2, 2.2], processor: 1.0)).load == 2)
        // All samples slow alike, as on a core that is clocked down: the least of before tells.
        #expect(machine.record(samples([3, 3, 3], processor: 3)).load == 3)
        let last = try #require(machine.profile)
        #expect(last.name == "lab")
        #expect(last.calibrationMilliseconds == 3)
        #expect(last.cores > 0)
        #expect(last.memoryBytes > 1 << 20)
        #expect(!last.processor.isEmpty)
    }

    @Test(
        "the calibration model takes longer than a slice of the scheduler is short, and its time is measured twice"
    )
    func calibration() throws {
        let model = try CalibrationModel(runtime: try testRuntime())
        let found = try (0..<5).map { _ in try model.sample() }
        #expect(
            found.allSatisfy { $0.processor > 0.2 && $0.wall >= $0.processor * 0.9 && $0.wall < 10_000 },
            "\(found)")
    }

    @Test("a test that names another machine is not measured here")
    func otherMachine() throws {
        let machine = MachineMeasure(name: "lab", runtime: try testRuntime())
        var test = TestSpec(name: "fast", kind: "latency")
        #expect(machine.refusal(of: test) == nil)
        test.machine = "lab"
        #expect(machine.refusal(of: test) == nil)
        test.machine = "phone"
        #expect(machine.refusal(of: test) == "It counts on the machine phone, and this is lab.")
    }

    @Test(
        "a model's memory is that of its weights, load after load; four times the weights take four times as much"
    )
    func memory() throws {
        func megabytes(_ width: Int) throws -> MemorySamples {
            let layer = ONNXModel.Layer(
                weights: (0..<width * width).map { Float($0 % 13) },
                bias: Array(repeating: 0, count: width), inputs: width)
            let head = ONNXModel.Layer(
                weights: Array(repeating: 0.1, count: width * 2), bias: [0, 0], inputs: width)
            let bytes = try ONNXModel.classifier(
                [layer, head], classes: [0, 1], input: "x", label: "label", probabilities: "p"
            ).bytes()
            return try MemorySamples.measure(
                try testRuntime(), model: bytes,
                inputs: [Tensor(name: "x", shape: [1, width], floats: Array(repeating: 1, count: width))],
                beside: try CalibrationModel.bytes())
        }
        let (small, large) = (try megabytes(512), try megabytes(1_024))
        #expect(small.megabytes.count == MemorySamples.loads)
        // 512 x 512 and 1024 x 1024 floats are 1.05 and 4.19 MB; the engine may hold them twice, packed for its products.
        #expect((1.0...3.5).contains(small.estimate.value), "\(small.megabytes)")
        #expect((4.1...11).contains(large.estimate.value), "\(large.megabytes)")
        #expect(
            large.estimate.interval.map {
                $0.lower <= large.estimate.value && large.estimate.value <= $0.upper
            } == true)
    }

    @Test("readings of the calibration model that scatter say that other work took memory; a single one does not")
    func scatter() {
        #expect(MemorySamples(megabytes: [1], calibration: [2, 2, 2.5, 2.5]).scatter == 1.25)
        #expect(MemorySamples(megabytes: [1], calibration: [2, 9, 2, -5]).scatter == 1)
        #expect(MemorySamples(megabytes: [1], calibration: [2, -1, -1]).scatter == .infinity)
        #expect(MemorySamples(megabytes: [1], calibration: []).scatter == .infinity)
        #expect(MemorySamples(megabytes: [1, 2, 3, 4, 5, 6, 7, 8, 99], calibration: []).estimate.interval?.upper == 8)
    }
}
