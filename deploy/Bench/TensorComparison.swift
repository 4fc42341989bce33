import Foundation
import Tensors

/// An inference request of one tensor, read and written in two ways.
struct TensorComparison {
    /// The request as a Codable type, as a service without a reader of its own would have it.
    private struct Request: Codable {
        struct Tensor: Codable {
            var name: String
            var datatype: String
            var shape: [Int]
            var data: [Float]
        }

        var id: String
        var inputs: [Tensor]
    }

    /// The two ways do not agree on what the request says, so comparing their times would mean nothing.
    struct Disagreement: Error {}

    private let rows: Int
    private let width: Int
    private let json: [UInt8]
    private let data: Data
    private let request: InferenceRequest
    private let decoded: Request

    init(rows: Int, width: Int) throws {
        self.rows = rows
        self.width = width
        // Values with many digits, as a scan or an embedding has them.
        let values = (0..<(rows * width)).map { Float($0 % width) * 0.123_456_7 + 0.000_1 }
        decoded = Request(id: "42", inputs: [.init(name: "pixels", datatype: "FP32", shape: [rows, width], data: values)])
        data = try JSONEncoder().encode(decoded)
        json = Array(data)
        request = try json.withUnsafeBufferPointer { try InferenceRequest($0) }
        guard request.inputs.first?.elements(as: Float.self) == values else { throw Disagreement() }
    }

    /// Lines for people.
    func run(rounds: Int) -> [String] {
        let numbers = rows * width
        // About a millisecond of ours in a round, so that the clock does not matter.
        let repetitions = max(1, 20_000 / numbers)
        let rounds = max(5, rounds * 1000 / max(1000, numbers))
        let reading = Interleaved(rounds: rounds, repetitions: repetitions) {
            _ = json.withUnsafeBufferPointer { try? InferenceRequest($0) }
        } _: {
            _ = try? JSONDecoder().decode(Request.self, from: data)
        }
        let answer = InferenceResponse(modelName: "digits", modelVersion: "4", id: "42", outputs: request.inputs)
        let writing = Interleaved(rounds: rounds, repetitions: repetitions) {
            _ = answer.encoded(for: request)
        } _: {
            _ = try? JSONEncoder().encode(decoded)
        }
        let title = "\(rows) x \(width) numbers, \(json.count) bytes"
        return [reading.line("read \(title)"), writing.line("write \(title)")]
    }
}
