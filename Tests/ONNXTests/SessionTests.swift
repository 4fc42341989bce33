import Dispatch
import Foundation
import TestSupport
import Testing

@testable import ONNX
@testable import OnnxRuntime
@testable import Tensors

@Suite("Sessions")
struct SessionTests {
    private let runtime: Runtime

    init() throws { runtime = try testRuntime() }

    @Test(
        "each option leaves the answer as it is",
        arguments: SessionOptions.Optimisation.allCases, [(1, 1, true, false, false), (2, 2, false, true, true)])
    func options(optimisation: SessionOptions.Optimisation, rest: (Int, Int, Bool, Bool, Bool)) throws {
        var options = SessionOptions()
        options.optimisation = optimisation
        (options.intraOpThreads, options.interOpThreads, options.arena, options.memoryPattern, options.spins) = rest
        options.provider = "CPU"
        let session = try Session(runtime: runtime, model: try TestGraphs.rowwise(width: 2), options: options)

        let answer = try session.run([Tensor(name: "x", shape: [2, 2], floats: [1, 2, 3, 4])])

        #expect(answer.map { $0.elements(as: Float.self) } == [[2, 3, 4, 5], [3, 7]])
    }

    @Test("a provider that this build lacks is refused, and the ones it has are named")
    func providers() throws {
        #expect(runtime.providers.contains("CPU"))
        var options = SessionOptions()
        options.provider = "cuda"
        let error = #expect(throws: EngineError.self) {
            try Session(runtime: runtime, model: try TestGraphs.rowwise(width: 2), options: options)
        }
        #expect(error?.kind == .provider)
        #expect(error?.description.contains("cuda is not in this build") == true)
        #expect(error?.description.contains("CPU") == true)
    }

    @Test("a model is loaded from its file; a file that is not there is an error in plain words")
    func files() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).onnx")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(try TestGraphs.rowwise(width: 2)).write(to: file)

        #expect(try Session(runtime: runtime, file: file.path).facts.metadata.graph == "rowwise")
        let error = #expect(throws: EngineError.self) { try Session(runtime: runtime, file: "/nowhere/m.onnx") }
        #expect(error?.kind == .model)
        #expect(error?.description.contains("/nowhere/m.onnx") == true)
    }

    @Test("a model's facts are read from the engine")
    func facts() throws {
        var model = try ONNXModel(bytes: try TestGraphs.rowwise(width: 3))
        model.metadata = ["run": "r1", "note": "é"]
        let facts = try Session(runtime: runtime, model: try model.bytes()).facts

        #expect(facts.inputs == [Session.Port(name: "x", datatype: .fp32, shape: [-1, 3], symbols: ["batch", nil])])
        #expect(facts.isBatchable)
        #expect(facts.metadata.producer == "mlmesh")
        #expect(facts.metadata.graph == "rowwise")
        #expect(facts.metadata.custom == ["run": "r1", "note": "é"])
        #expect(try !Session(runtime: runtime, model: TestGraphs.echo(.float, shape: [1, 2])).facts.isBatchable)
    }

    @Test("an output that is no tensor is listed, left out of answers, and refused by name")
    func notTensors() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.mapped())
        let input = Tensor(name: "x", shape: [1, 2], floats: [0.25, 0.75])

        #expect(session.facts.leftOut.map(\.kind) == [.sequence])
        #expect(session.facts.isBatchable)
        #expect(try session.run([input]).map(\.name) == ["p"])
        let error = #expect(throws: EngineError.self) { try session.run([input], outputs: ["map"]) }
        #expect(error?.kind == .input)
        #expect(error?.description.contains("map is a sequence") == true)
    }

    @Test("inputs and outputs that are not there are refused by name")
    func unknown() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.rowwise(width: 1))
        let input = Tensor(name: "x", shape: [1, 1], floats: [1])

        let output = #expect(throws: EngineError.self) { try session.run([input], outputs: ["q"]) }
        #expect(output?.description.contains("no output q; the outputs are y, sum") == true)
        let other = #expect(throws: EngineError.self) { try session.run([Tensor(name: "z", shape: [1, 1], floats: [1])]) }
        #expect(other?.description.contains("no input z; the inputs are x") == true)
        #expect(throws: EngineError.self) { try session.run([]) }
    }

    @Test("an answer outlives the session that gave it")
    func lifetime() throws {
        var answer: [Tensor] = []
        do {
            let session = try Session(runtime: runtime, model: try TestGraphs.rowwise(width: 1024))
            answer = try session.run([Tensor(name: "x", shape: [64, 1024], floats: [Float](repeating: 1, count: 65_536))])
        }
        // Memory that was given back would be taken by these.
        let others = (0..<50).map { _ in Tensor(name: "o", shape: [65_536], floats: [Float](repeating: 9, count: 65_536)) }

        #expect(answer[0].elements(as: Float.self).allSatisfy { $0 == 2 })
        #expect(others.count == 50)
    }

    @Test(
        "every datatype goes to the engine and back bit for bit, with no row too",
        arguments: zip(
            [
                ONNXModel.ElementType.bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .float16, .float, .double,
                .bfloat16,
            ],
            [Datatype.bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .fp16, .fp32, .fp64, .bf16]))
    func datatypes(element: ONNXModel.ElementType, datatype: Datatype) throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.echo(element, shape: [-1, 3]))
        let size = try #require(datatype.size)
        for rows in [2, 0] {
            let raw = (0..<(rows * 3 * size)).map { UInt8(datatype == .bool ? $0 % 2 : $0 * 7 % 256) }
            let answer = try session.run([Tensor(name: "x", datatype: datatype, shape: [rows, 3], raw: raw)])

            #expect(answer == [Tensor(name: "y", datatype: datatype, shape: [rows, 3], raw: raw)])
        }
    }

    @Test("a scalar and the largest rank go to the engine and back")
    func ranks() throws {
        let scalar = try Session(runtime: runtime, model: try TestGraphs.echo(.float, shape: []))
        #expect(try scalar.run([Tensor(name: "x", shape: [], floats: [2.5])]) == [Tensor(name: "y", shape: [], floats: [2.5])])

        let shape = [Int](repeating: 1, count: 32)
        let high = try Session(runtime: runtime, model: try TestGraphs.echo(.float, shape: shape))
        #expect(try high.run([Tensor(name: "x", shape: shape, floats: [2.5])])[0].shape == shape)
        let higher = try Session(runtime: runtime, model: try TestGraphs.echo(.float, shape: shape + [1]))
        #expect(throws: EngineError.self) { try higher.run([Tensor(name: "x", shape: shape + [1], floats: [2.5])]) }
    }

    @Test("texts keep every byte, a NUL too")
    func texts() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.echo(.string))
        let words: [[UInt8]] = [Array("é😀".utf8), [], [0], [97, 0, 98], [255, 254]]

        #expect(try session.run([Tensor(name: "x", shape: [5], strings: words)])[0].strings == words)
        #expect(try session.run([Tensor(name: "x", shape: [0], strings: [])])[0].strings == [])
    }

    @Test("a run that is cancelled ends at its next step, before and while it runs")
    func cancellation() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.long(steps: 600))
        let input = Tensor(name: "x", shape: [256, 256], floats: [Float](repeating: 1, count: 65_536))
        let before = try RunCancellation(runtime: runtime)
        before.cancel()
        #expect(throws: EngineError.self) { try session.run([input], cancellation: before) }

        let during = try RunCancellation(runtime: runtime)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(5)) { during.cancel() }
        let error = #expect(throws: EngineError.self) { try session.run([input], cancellation: during) }
        #expect(error?.kind == .cancelled)
        #expect(try session.run([input])[0].elements(as: Float.self)[0] == 1)
    }
}
