import Foundation
import Tensors

/// An inference request of one row, read and written in two ways.
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

    private let width: Int
    private let json: [UInt8]
    private let data: Data
    private let request: InferenceRequest
    private let decoded: Request

    init(width: Int) throws {
        self.width = width
        // Values with many digits, as a scan or an embedding has them.
        let values = (0..<width).map { Float($0) * 0.123_456_7 + 0.000_1 }
        decoded = Request(id: "42", inputs: [.init(name: "pixels", datatype: "FP32", shape: [1, width], data: values)])
        data = try JSONEncoder().encode(decoded)
        json = Array(data)
        request = try json.withUnsafeBufferPointer { try InferenceRequest($0) }
        guard request.inputs.first?.elements(as: Float.self) == values else { throw Disagreement() }
    }

    /// Lines for people.
    func run(rounds: Int) -> [String] {
        let reading = Interleaved(rounds: rounds, repetitions: 20) {
            _ = json.withUnsafeBufferPointer { try? InferenceRequest($0) }
        } _: {
            _ = try? JSONDecoder().decode(Request.self, from: data)
        }
        let answer = InferenceResponse(modelName: "digits", modelVersion: "4", id: "42", outputs: request.inputs)
        let writing = Interleaved(rounds: rounds, repetitions: 20) {
            _ = answer.encoded(for: request)
        } _: {
            _ = try? JSONEncoder().encode(decoded)
        }
        return [reading.line("read \(width) numbers"), writing.line("write \(width) numbers")]
    }
}
