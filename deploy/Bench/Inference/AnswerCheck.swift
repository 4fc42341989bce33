import Foundation
import Tensors

/// Holds a server's answer against the engine's own: nobody is timed who answers something else.
struct AnswerCheck: Sendable {
    let expected: [Tensor]
    let format: BenchRequest.Format

    /// Throws what is wrong with an answer.
    func check(_ body: [UInt8]) throws {
        let rawSize = format == .binary ? expected.reduce(0) { $0 + $1.raw.count } : 0
        guard body.count > rawSize, case let head = Data(body[..<(body.count - rawSize)]),
            let document = try? JSONSerialization.jsonObject(with: head) as? [String: Any],
            let outputs = document["outputs"] as? [[String: Any]]
        else { throw BenchFault("no answer of the protocol: \(String(decoding: body.prefix(200), as: UTF8.self))") }
        guard outputs.count == expected.count else { throw BenchFault("\(outputs.count) outputs, not \(expected.count)") }
        var blocks = body[(body.count - rawSize)...]
        for output in outputs {
            guard let tensor = expected.first(where: { $0.name == output["name"] as? String }) else {
                throw BenchFault("an output \(output["name"] ?? "without a name")")
            }
            if format == .binary {
                let raw = Array(blocks.prefix(tensor.raw.count))
                blocks = blocks.dropFirst(tensor.raw.count)
                try Self.compare(Tensor(name: tensor.name, datatype: tensor.datatype, shape: tensor.shape, raw: raw).doubles, tensor)
            } else {
                try Self.compare(output["data"], tensor)
            }
        }
    }

    /// Holds JSON, a number or arrays of them, against the engine's tensor.
    static func compare(_ json: Any?, _ tensor: Tensor) throws { try compare(json.map { flat([$0]) }, tensor) }

    private static func compare(_ values: [Double]?, _ tensor: Tensor) throws {
        guard let values, let wanted = tensor.doubles, values.count == wanted.count else {
            throw BenchFault("\(values?.count ?? 0) elements in \(tensor.name), not \(tensor.count)")
        }
        // Asked the other way round, "is any of them too far off?", what is no number would pass.
        guard let wrong = zip(values, wanted).first(where: { !(abs($0 - $1) / max(1, abs($1)) < 1e-4) }) else { return }
        throw BenchFault("\(tensor.name) holds \(wrong.0) where the engine's answer is \(wrong.1)")
    }

    /// Elements of nested or flat arrays, row-major; what is no number is NaN.
    private static func flat(_ values: [Any]) -> [Double] {
        values.flatMap { value -> [Double] in
            if let row = value as? [Any] { return flat(row) }
            return [(value as? NSNumber)?.doubleValue ?? .nan]
        }
    }
}
