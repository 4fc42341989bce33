import Attribution
import Tensors
import Testing

@Suite("Attributions as the shap package gives them")
struct VectorTests {
    @Test("linear models, trees and all coalitions agree with shap, base value included", arguments: try AttributionVectors.read())
    func vectors(_ given: AttributionVectors.Case) async throws {
        let explainer = try explainer(Array(given.model), output: given.output, inputs: [given.inputs])
        var options = ExplanationOptions(output: given.output, target: given.target, background: given.backgroundInputs.map { [$0] })

        let explanation = try await explainer.explain([given.inputs], options)

        #expect(explanation.method.rawValue == given.method)
        #expect(explanation.isExact)
        let largest = given.values.joined().map(abs).max() ?? 1
        let values = try #require(explanation.attributions[0].doubles)
        for (mine, theirs) in zip(values, given.values.joined()) { #expect(abs(mine - theirs) < 2e-5 * max(1, largest)) }
        #expect(explanation.baseValues.allSatisfy { abs($0 - given.base) < 2e-5 * max(1, abs(given.base)) })
        #expect(explanation.residuals.allSatisfy { abs($0) < 1e-5 * max(1, abs(given.base)) })
        if explanation.method != .exact { #expect(try #require(explanation.modelResidual) < 1e-4 * max(1, abs(given.base))) }

        // The same model explained with no look at its structure: only the engine's answers count.
        guard explanation.link == .identity, given.background != nil, given.rows[0].count <= 8 else { return }
        options.method = .exact
        let blind = try await explainer.explain([given.inputs], options)
        for (mine, theirs) in zip(blind.attributions[0].doubles ?? [], values) { #expect(abs(mine - theirs) < 1e-5) }
    }

    @Test("a structure that the method does not ask for is refused by name")
    func refused() async throws {
        let given = try #require(try AttributionVectors.read().first { $0.method == "linear" })
        let explainer = try explainer(Array(given.model), output: given.output, inputs: [given.inputs])

        let fault = await #expect(throws: ExplanationFault.self) {
            try await explainer.explain([given.inputs], ExplanationOptions(method: .tree, output: given.output))
        }
        #expect(fault?.description.hasPrefix("method tree") == true)
    }
}
