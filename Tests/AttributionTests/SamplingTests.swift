import Foundation
import Statistics
import Tensors
import Testing

@testable import Attribution

@Suite("Attributions by running the model")
struct SamplingTests {
    static func row(_ values: [Float]) -> Tensor { Tensor(name: "x", shape: [1, values.count], floats: values) }

    @Test("all coalitions give the mean gains over all orders, and they add up")
    func enumeration() async throws {
        let function: @Sendable ([Double]) -> Double = { $0[0] * $0[1] + sin($0[2]) * $0[3] + $0[4] }
        let x: [Float] = [1, -2, 0.5, 3, 1.5]
        let background: [Float] = [0.5, 1, -1, 0, 2]

        let explanation = try await explainer(function).explain(
            [Self.row(x)], ExplanationOptions(output: "y", background: [Self.row(background)]))

        let expected = shapleyByOrders(5) { known in
            function((0..<5).map { Double(known.contains($0) ? x[$0] : background[$0]) })
        }
        #expect(explanation.method == .exact)
        #expect(explanation.evaluations == 33)
        for (mine, theirs) in zip(explanation.attributions[0].doubles ?? [], expected) { #expect(abs(mine - theirs) < 1e-5) }
        #expect(abs(explanation.residuals[0]) < 1e-5)
    }

    @Test("sampled coalitions recover an additive model exactly, and say so by their standard error")
    func additive() async throws {
        let weights = (0..<30).map { Double($0) - 10 }
        let explainer = explainer { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }

        let explanation = try await explainer.explain(
            [Self.row([Float](repeating: 1, count: 30))], ExplanationOptions(output: "y", samples: 200, seed: 4))

        #expect(explanation.method == .kernel)
        for (mine, weight) in zip(explanation.attributions[0].doubles ?? [], weights) { #expect(abs(mine - weight) < 1e-3) }
        #expect(try #require(explanation.standardError) < 1e-3)
        #expect(explanation.evaluations <= 203)
    }

    @Test("sampled values lie within their standard errors of the true ones, add up, and follow from the seed")
    func interactions() async throws {
        // Triples that multiply: each of a triple has a third of the product. (Pairs would be recovered exactly: pairing cancels them.)
        let function: @Sendable ([Double]) -> Double = { row in
            var sum = 0.0
            for first in stride(from: 0, to: 15, by: 3) {
                let pair = row[first] * row[first + 1]
                sum += pair * row[first + 2]
            }
            return sum
        }
        let x: [Float] = (0..<15).map { Float($0 % 4) - 1.5 }
        let row = x.map { Double($0) }
        let truth: [Double] = (0..<15).map { index in
            let first = index / 3 * 3
            let pair = row[first] * row[first + 1]
            return pair * row[first + 2] / 3
        }
        var errors: [Double] = []
        var covered = 0
        for seed in 0..<20 {
            let explanation = try await explainer(function).explain(
                [Self.row(x)], ExplanationOptions(method: .kernel, output: "y", samples: 300, seed: UInt64(seed)))
            let values = try #require(explanation.attributions[0].doubles)
            let error = try #require(explanation.standardError)
            #expect(error > 0 && !explanation.isExact)
            #expect(abs(explanation.residuals[0]) < 1e-5)
            errors += zip(values, truth).map { $0 - $1 }
            covered += zip(values, truth).count { abs($0 - $1) <= 2 * error }
        }

        // Two of the largest standard errors: at least 19 of 20 within, and not so many more that the error says nothing.
        #expect(covered >= 285)
        let spread = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
        #expect(spread > 0.01)
        let one = try await explainer(function).explain(
            [Self.row(x)], ExplanationOptions(method: .kernel, output: "y", samples: 300, seed: 9))
        let same = try await explainer(function).explain(
            [Self.row(x)], ExplanationOptions(method: .kernel, output: "y", samples: 300, seed: 9))
        let other = try await explainer(function).explain(
            [Self.row(x)], ExplanationOptions(method: .kernel, output: "y", samples: 300, seed: 8))
        #expect(one.attributions == same.attributions)
        #expect(one.attributions != other.attributions)
    }

    @Test("the kernel's weights are those of the definition when every size is taken")
    func design() {
        let design = KernelDesign(players: 6, samples: 100, seed: 0)

        #expect(design.coalitions.count == 62)
        #expect(design.draws.isEmpty)
        #expect(abs(design.weights.reduce(0, +) - 1) < 1e-12)
        let kernel = { (size: Int) in 5.0 / (ShapleyEnumeration.binomial(6, size) * Double(size * (6 - size))) }
        let total = design.coalitions.reduce(0) { $0 + kernel($1.members.count { $0 }) }
        for (coalition, weight) in zip(design.coalitions, design.weights) {
            #expect(abs(weight - kernel(coalition.members.count { $0 }) / total) < 1e-12)
        }
    }

    @Test("an image is explained by patches; the patch that counts gets what it adds")
    func occlusion() async throws {
        // 3 x 16 x 16, channels first: the sum of the second channel's top left quarter.
        let explainer = Explainer(structure: nil) { inputs in
            let values = inputs[0].elements(as: Float.self)
            var sums = [Float](repeating: 0, count: inputs[0].rows)
            for row in sums.indices {
                for y in 0..<8 { for x in 0..<8 { sums[row] += values[row * 768 + 256 + y * 16 + x] } }
            }
            return [Tensor(name: "y", shape: [inputs[0].rows, 1], floats: sums)]
        }
        let image = Tensor(name: "image", shape: [2, 3, 16, 16], floats: [Float](repeating: 0.5, count: 1536))

        let explanation = try await explainer.explain([image], ExplanationOptions(output: "y", patch: 4))

        #expect(explanation.method == .occlusion)
        #expect(explanation.attributions[0].shape == [2, 3, 16, 16])
        #expect(explanation.evaluations == 2 + 2 * 18)
        #expect(explanation.standardError == nil && !explanation.isExact)
        let values = try #require(explanation.attributions[0].doubles)
        var quarter = 0.0
        for index in 0..<768 where index % 256 / 16 < 8 && index % 16 < 8 { quarter += values[index] }
        let first: Double = values[..<768].reduce(0.0, +)
        #expect(abs(quarter - 32) < 1e-6)
        #expect(abs(first - 32) < 1e-6)
        #expect(explanation.residuals.allSatisfy { abs($0) < 1e-6 })
    }

    @Test("texts and whole numbers are explained too, and inputs that are not asked for stay as they are")
    func texts() async throws {
        let explainer = Explainer(structure: nil) { inputs in
            let words = inputs[0].strings
            let factors = inputs[1].elements(as: Int64.self)
            let scores = (0..<inputs[0].rows).map { row in
                Float(words[(row * 3)..<(row * 3 + 3)].count { $0 == Array("good".utf8) }) * Float(factors[row])
            }
            return [Tensor(name: "y", shape: [inputs[0].rows], floats: scores)]
        }
        let words = Tensor(name: "words", shape: [1, 3], strings: ["good", "bad", "good"].map { Array($0.utf8) })
        let factor = Tensor(name: "factor", shape: [1, 1], integers: [3])

        let explanation = try await explainer.explain([words, factor], ExplanationOptions(output: "y", inputs: ["words"]))

        #expect(explanation.attributions.map(\.name) == ["words", "factor"])
        #expect(explanation.attributions[0].doubles == [3, 0, 3])
        #expect(explanation.attributions[1].doubles == [0])
        #expect(explanation.baseValues == [0])
    }

    @Test(
        "what cannot be done is refused by the option's name",
        arguments: [
            (ExplanationOptions(method: .exact, output: "y"), "method exact"),
            (ExplanationOptions(method: .kernel, output: "y", samples: 10), "samples"),
            (ExplanationOptions(output: "z"), "there is no output z"),
            (ExplanationOptions(output: "y", target: 1), "target"),
            (ExplanationOptions(output: "y", background: [row([1])]), "background"),
            (ExplanationOptions(output: "y", mostEvaluations: 1000), "the explanation needs 2091 runs"),
        ])
    func refusals(_ options: ExplanationOptions, _ words: String) async throws {
        let fault = await #expect(throws: ExplanationFault.self) {
            try await explainer { $0.reduce(0, +) }.explain([Self.row([Float](repeating: 1, count: 20))], options)
        }
        #expect(fault?.description.hasPrefix(words) == true)
    }

    @Test(
        "a model that gives no number for a mixture is refused, not explained by one that is none",
        arguments: [ExplanationMethod.auto, .exact, .kernel, .occlusion])
    func notFinite(_ method: ExplanationMethod) async throws {
        await #expect(throws: ExplanationFault.self) {
            try await explainer { $0[0] == 0 ? .nan : $0[0] }.explain(
                [Self.row([1, 2, 3])], ExplanationOptions(method: method, output: "y"))
        }
    }

    @Test("a row of more elements than may be sampled is occluded in runs of neighbours")
    func wide() async throws {
        let explanation = try await explainer { $0.reduce(0, +) }.explain(
            [Self.row([Float](repeating: 0.25, count: 1000))], ExplanationOptions(output: "y"))

        #expect(explanation.method == .occlusion)
        #expect(explanation.evaluations == 1 + 2 + 250)
        #expect(explanation.attributions[0].doubles?.allSatisfy { abs($0 - 0.25) < 1e-4 } == true)
    }
}
