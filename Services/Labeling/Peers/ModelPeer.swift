import Contracts
import MeshClient
import Statistics

/// Inference as labeling calls it: rows in, what the model says of each out.
struct ModelPeer: Sendable {
    /// Rows in one call: large enough that calls cost little, small enough for every capability's limits.
    static let batch = 64

    let client: MeshClient

    private struct Call: Encodable {
        let inputs: [Values]
    }

    private struct Values: Codable {
        let name: String
        let datatype: String
        let shape: [Int]
        let data: JSONValue
    }

    private struct Answer: Decodable {
        let outputs: [Values]
    }

    /// What a model version says of rows, by row id.
    func scores(_ rows: [DatasetRow], model: String, version: Int, interface: Interface) async throws -> [String: RowScore] {
        var scores: [String: RowScore] = [:]
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            let batch = Array(rows[start..<min(start + Self.batch, rows.count)])
            for (row, score) in zip(batch, try await score(batch, model: model, version: version, interface: interface)) {
                scores[row.id] = score
            }
        }
        return scores
    }

    private func score(_ rows: [DatasetRow], model: String, version: Int, interface: Interface) async throws -> [RowScore] {
        let call = Call(
            inputs: interface.inputs.map { field in
                let leaves = rows.map { $0.input[field.name]?.leaves ?? [] }
                let size = leaves.first?.count ?? 0
                return Values(
                    name: field.name, datatype: field.datatype, shape: [rows.count] + Self.dimensions(of: field, size: size),
                    data: .array(leaves.flatMap { $0 }))
            })
        do {
            let path = Path("v2", "models", model, "versions", String(version), "infer")
            // Inference changes nothing, so the call may be repeated.
            let answer: Answer = try await client.call(
                try MeshClient.json("POST", path, call, idempotencyKey: "labeling-\(RequestID())"))
            return Self.read(answer.outputs, count: rows.count, interface: interface)
        } catch let error as ClientError {
            throw Problem(peer: "inference", error)
        }
    }

    /// The dimensions of one row: an open one takes what is left of the row's values.
    private static func dimensions(of field: Interface.Field, size: Int) -> [Int] {
        let fixed = field.shape.dropFirst()
        let known = fixed.filter { $0 > 0 }.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        var open = known > 0 ? size / known : 0
        return fixed.map { dimension in
            guard dimension < 0 else { return dimension }
            defer { open = 1 }
            return open
        }
    }

    /// Cuts each output into rows; the uncertainty is the margin of the first output that holds probabilities.
    private static func read(_ outputs: [Values], count: Int, interface: Interface) -> [RowScore] {
        var scores = Array(repeating: RowScore(outputs: [:], uncertainty: 0), count: count)
        let probabilities = interface.outputs.first { $0.datatype.hasPrefix("FP") && $0.shape.count == 2 }?.name
        for output in outputs {
            let values = output.data.leaves
            let width = count > 0 ? values.count / count : 0
            guard width > 0 else { continue }
            for row in 0..<count {
                let part = Array(values[(row * width)..<((row + 1) * width)])
                scores[row].outputs[output.name] = width == 1 ? part[0] : .array(part)
                if output.name == probabilities { scores[row].uncertainty = Uncertainty.margin.score(part.compactMap(\.doubleValue)) }
            }
        }
        return scores
    }
}
