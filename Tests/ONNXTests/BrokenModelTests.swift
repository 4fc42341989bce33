import Statistics
import Testing

@testable import ONNX
@testable import OnnxRuntime
@testable import Tensors

@Suite("Models that are broken")
struct BrokenModelTests {
    private let runtime: Runtime
    private let models: [[UInt8]]

    init() throws {
        runtime = try testRuntime()
        let layer = ONNXModel.Layer(weights: [1, 0, 0, 1], bias: [0, 0], inputs: 2)
        let classifier = ONNXModel.classifier([layer], classes: [0, 1], input: "x", label: "l", probabilities: "p")
        models = [try classifier.bytes(), try TestGraphs.mapped(), try TestGraphs.echo(.string), try TestGraphs.rowwise(width: 2)]
    }

    /// Whether the engine takes the bytes; anything but an ``EngineError`` of kind `model` fails the test.
    private func isTaken(_ bytes: [UInt8]) -> Bool {
        do throws(EngineError) {
            _ = try Session(runtime: runtime, model: bytes)
            return true
        } catch {
            #expect(error.kind == .model, "\(error)")
            #expect(!error.description.isEmpty)
            return false
        }
    }

    @Test("a model that is cut off anywhere is refused or is a model still; nothing crashes")
    func truncation() {
        for model in models {
            let taken = (0..<model.count).filter { isTaken(Array(model.prefix($0))) }
            // Only what follows the graph may be missing, as the operator sets.
            #expect(taken.count < model.count / 10, "\(taken)")
            #expect(isTaken(model))
        }
    }

    @Test("bytes that are changed at random are refused or are a model still; nothing crashes")
    func mutation() {
        var generator = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<1500 {
            var bytes = models.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            refused += isTaken(bytes) ? 0 : 1
        }
        #expect(refused > 500)
    }

    @Test("garbage and nothing are refused", arguments: [[], [0], Array("not a model".utf8), [UInt8](repeating: 255, count: 10_000)])
    func garbage(bytes: [UInt8]) {
        #expect(!isTaken(bytes))
    }
}
