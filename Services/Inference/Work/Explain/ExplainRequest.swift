import Attribution
import Contracts
import HTTPService
import Tensors

/// A request for attributions that was read and checked against its model's interface.
struct ExplainRequest: Sendable {
    /// Rows that one request may have explained.
    static let mostRows = 64
    /// Coalitions of a row, and background rows, that may be asked for.
    static let mostSamples = 16_384
    static let mostBackground = 100
    /// Rows that the model is run on for one request, at most.
    static let mostEvaluations = 500_000

    let request: InferenceRequest
    let inputs: [Tensor]
    let options: ExplanationOptions

    /// Reads a call's body. Throws `InferenceFault`, `CompressionFault`.
    init(_ call: InferenceCall) throws {
        try self.init(try ReadRequest.parse(call), interface: call.served.interface)
    }

    /// Checks a request. Outputs that it names are inputs whose attributions are wanted.
    init(_ request: InferenceRequest, interface: Interface) throws {
        self.request = request
        var plain = request
        plain.outputs = nil
        let checked = try interface.check(plain)
        guard checked.rows <= Self.mostRows else {
            throw InferenceFault("at most \(Self.mostRows) rows can be explained at once, not \(checked.rows)")
        }
        inputs = checked.inputs
        let known = Set(interface.inputs.map(\.name)).union(ExplainAnswer.names)
        for output in request.outputs ?? [] where !known.contains(output.name) {
            throw InferenceFault(
                "there is no attribution \(output.name); there is one for each of \(known.sorted().joined(separator: ", "))")
        }
        let parameters = ExplainParameters(request.parameters)
        options = ExplanationOptions(
            method: try parameters.method(), output: try parameters.output(of: interface),
            target: try parameters.number("target", in: 0...Int(Int32.max)),
            samples: try parameters.number("samples", in: 1...Self.mostSamples),
            seed: UInt64(try parameters.number("seed", in: 0...Int.max) ?? 0), background: try parameters.background(like: inputs),
            inputs: try parameters.inputs(of: interface), patch: try parameters.number("patch", in: 1...4096),
            mostEvaluations: Self.mostEvaluations)
    }
}
