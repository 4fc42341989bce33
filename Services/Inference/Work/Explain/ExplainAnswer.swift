import Attribution
import Contracts
import HTTPService
import Tensors

/// Attributions as the protocol's tensors: one for each input, of its name and shape, and what is needed to judge them by row.
enum ExplainAnswer {
    /// Tensors beside the attributions: base value, explained value, what the sum leaves over, and the explained column, by row.
    static let names: Set<String> = ["base_value", "explained_value", "additivity_residual", "target"]

    static func response(_ call: InferenceCall, _ read: ExplainRequest, _ explanation: Explanation) -> InferenceResponse {
        let id = call.request.requestID.description
        return InferenceResponse(
            modelName: call.served.name, modelVersion: call.served.version, id: read.request.id ?? id,
            parameters: parameters(read, explanation).merging(["request_id": .string(id)]) { $1 },
            outputs: outputs(explanation, by: read.request))
    }

    private static func parameters(_ read: ExplainRequest, _ explanation: Explanation) -> [String: JSONValue] {
        var parameters: [String: JSONValue] = [
            "method": .string(explanation.method.rawValue), "exact": .bool(explanation.isExact), "output": .string(read.options.output),
            "space": explanation.link == .identity ? "output" : "margin", "link": .string(explanation.link.rawValue),
            "evaluations": .integer(Int64(explanation.evaluations)), "seed": .integer(Int64(clamping: read.options.seed)),
            "additivity_residual": .number(explanation.residuals.map(abs).max() ?? 0),
        ]
        if let error = explanation.standardError { parameters["standard_error"] = .number(error) }
        if let residual = explanation.modelResidual { parameters["model_residual"] = .number(residual) }
        if explanation.targets.count == 1 {
            parameters["base_value"] = .number(explanation.baseValues[0])
            parameters["explained_value"] = .number(explanation.explainedValues[0])
            parameters["target"] = .integer(Int64(explanation.targets[0]))
        }
        return parameters
    }

    private static func outputs(_ explanation: Explanation, by request: InferenceRequest) -> [Tensor] {
        let rows = explanation.targets.count
        func column(_ name: String, _ values: [Double]) -> Tensor {
            Tensor(name: name, datatype: .fp64, shape: [rows], raw: values.withUnsafeBytes { Array($0) })
        }
        let taken = Set(explanation.attributions.map(\.name))
        let all =
            explanation.attributions
            + [
                column("base_value", explanation.baseValues), column("explained_value", explanation.explainedValues),
                column("additivity_residual", explanation.residuals),
                Tensor(name: "target", shape: [rows], integers: explanation.targets.map { Int64($0) }),
            ].filter { !taken.contains($0.name) }
        guard let wanted = request.outputs else { return all }
        return wanted.compactMap { output in all.first { $0.name == output.name } }
    }
}
