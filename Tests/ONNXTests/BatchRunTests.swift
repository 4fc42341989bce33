import ONNX
import Statistics
import TestSupport
import Testing

@testable import OnnxRuntime
@testable import Tensors

@Suite("Runs of several requests")
struct BatchRunTests {
    private let runtime: Runtime

    init() throws { runtime = try testRuntime() }

    @Test("each request gets the outputs of its own rows, as if it had run alone")
    func split() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.rowwise(width: 3))
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            let requests = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                let rows = Int.random(in: 1...5, using: &generator)
                let values = (0..<(rows * 3)).map { _ in Float(Int.random(in: -999...999, using: &generator)) }
                return [Tensor(name: "x", shape: [rows, 3], floats: values)]
            }

            let answers = try session.run(batch: requests)

            #expect(answers == (try requests.map { try session.run($0) }))
        }
    }

    @Test("texts of several requests are told apart")
    func texts() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.echo(.string, shape: [-1, 1]))
        let words: [[[UInt8]]] = [[[97]], [[], [98, 0, 99]], [[100, 101]]]
        let requests = words.map { [Tensor(name: "x", shape: [$0.count, 1], strings: $0)] }

        let answers = try session.run(batch: requests, outputs: ["y"])

        #expect(answers.map { $0[0].strings } == words)
        #expect(answers.map { $0[0].shape } == [[1, 1], [2, 1], [1, 1]])
        // A part of an answer can be a request again.
        #expect(try session.run([Tensor(name: "x", shape: [2, 1], strings: answers[1][0].strings)])[0].strings == words[1])
        let part = Tensor.joined([answers[2][0], answers[1][0].rows(1..<2)])
        #expect(part.strings == [[100, 101], [98, 0, 99]])
    }

    @Test("a model that does not answer row by row says so, and is never split")
    func notBatchable() throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.summary())
        let request = [Tensor(name: "x", shape: [1, 2], floats: [1, 2])]

        let error = #expect(throws: EngineError.self) { try session.run(batch: [request, request]) }
        #expect(error?.kind == .notBatchable)
        #expect(error?.description.contains("total of shape [1, 2]") == true)
        #expect(try session.run(batch: [request]).count == 1)
    }

    @Test(
        "requests of other lengths, datatypes or names never join",
        arguments: [
            Tensor(name: "x", shape: [1, 3], floats: [1, 2, 3]), Tensor(name: "z", shape: [1, 2], floats: [1, 2]),
            Tensor(name: "x", shape: [2], floats: [1, 2]), Tensor(name: "x", shape: [1, 2], integers: [1, 2]),
        ])
    func mismatches(other: Tensor) throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.echo(.float, shape: [-1, -1]))
        let request = Tensor(name: "x", shape: [1, 2], floats: [1, 2])

        #expect(!request.joins(other))
        #expect(request.joins(Tensor(name: "x", shape: [4, 2], floats: [Float](repeating: 0, count: 8))))
        let error = #expect(throws: EngineError.self) { try session.run(batch: [[request], [other]]) }
        #expect(error?.kind == .input)
    }

    @Test("many threads run one session with batches of all sizes, and no result crosses")
    func concurrency() async throws {
        let session = try Session(runtime: runtime, model: try TestGraphs.rowwise(width: 2))
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let requests = (0...(number % 7)).map { row in
                        [Tensor(name: "x", shape: [1, 2], floats: [Float(number), Float(row)])]
                    }
                    return try session.run(batch: requests).enumerated().allSatisfy { row, answer in
                        answer[0].elements(as: Float.self) == [Float(number + 1), Float(row + 1)]
                            && answer[1].elements(as: Float.self) == [Float(number + row)]
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 200)
    }
}
