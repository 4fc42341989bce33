import ONNX
import OnnxRuntime
import Tensors

/// A fixed model whose time says how fast the machine is just now: a chain of matrix products, some milliseconds on one core.
///
/// Longer than a slice of the scheduler, so that a core shared with others shows in the median.
struct CalibrationModel {
    static let width = 256
    static let rows = 64
    static let layers = 24

    private let session: Session
    private let input: Tensor

    init(runtime: Runtime) throws {
        session = try Session(runtime: runtime, model: try Self.bytes())
        input = Tensor(
            name: "x", shape: [Self.rows, Self.width],
            floats: (0..<Self.rows * Self.width).map { Float($0 % 7) * 0.125 })
        // The first run lays out the engine's memory.
        _ = try sample()
    }

    /// One run: milliseconds on the wall, and of the processor.
    func sample() throws(EngineError) -> CalibrationSample {
        let (wall, processor) = (ThreadClock.wall(), ThreadClock.processor())
        _ = try session.run([input])
        return CalibrationSample(
            wall: Double(ThreadClock.wall() - wall) / 1e6,
            processor: Double(ThreadClock.processor() - processor) / 1e6)
    }

    static func bytes() throws -> [UInt8] {
        var graph = GraphBuilder(name: "calibration")
        graph.input("x", .float, shape: [-1, width])
        graph.output("y", .float, shape: [-1, width])
        let weights = graph.floats(
            (0..<width * width).map { Float($0 % 11 - 5) * 0.01 }, shape: [width, width])
        var present = "x"
        for layer in 0..<layers {
            let next = layer == layers - 1 ? "y" : "h\(layer)"
            graph.node("MatMul", [present, weights], to: ["m\(layer)"])
            graph.node("Tanh", ["m\(layer)"], to: [next])
            present = next
        }
        return try graph.model().bytes()
    }
}
