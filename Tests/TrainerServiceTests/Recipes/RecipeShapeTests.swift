import Contracts
import Foundation
import Recipes
import Testing

@testable import TrainerService

@Suite("What recipes can serve")
struct RecipeShapeTests {
    private static let user = #"{"name": "user", "datatype": "BYTES", "shape": [-1]}"#
    private static let item = #"{"name": "item", "datatype": "INT64", "shape": [-1, 1]}"#

    @Test("the outputs decide whether trees find classes or a number")
    func trees() throws {
        let classes = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.classes)
        let number = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.number)

        #expect(RecipeShape(.boostedTrees, [:], classes) == .classes(label: "label", probabilities: "p"))
        #expect(RecipeShape(.boostedTrees, [:], number) == .number(NumberPort(name: "y", isColumn: false)))
        #expect(RecipeShape(.ridgeRegression, [:], classes) == nil)
        #expect(
            RecipeShape.faults(.ridgeRegression, [:], classes).map(\.expected) == ["a capability with one output, FP32 [-1] or [-1, 1]"])
    }

    @Test("two inputs are scored, of one the best items are given")
    func factors() throws {
        let score = try Capabilities.manifest(inputs: "[\(Self.user), \(Self.item)]", outputs: Capabilities.number)
        let ranking = try Capabilities.manifest(
            inputs: "[\(Self.user)]", outputs: #"[{"name": "items", "datatype": "INT64", "shape": [-1, 5]}]"#)
        let neither = try Capabilities.manifest(inputs: "[\(Self.user)]", outputs: Capabilities.number)

        #expect(
            RecipeShape(.matrixFactorization, [:], score)
                == .factors(
                    .score(
                        user: .init(name: "user", rank: 1), item: .init(name: "item", rank: 2), NumberPort(name: "y", isColumn: false))))
        #expect(
            RecipeShape(.matrixFactorization, [:], ranking)
                == .factors(.ranking(user: .init(name: "user", rank: 1), items: "items", scores: nil, count: 5)))
        #expect(RecipeShape.faults(.matrixFactorization, [:], neither).map(\.expected) == [FactorPorts.expectation])
    }

    @Test("an input that cannot be features, and a text that is none of the inputs, are named")
    func inputs() throws {
        let manifest = try Capabilities.manifest(
            inputs: #"[{"name": "x", "datatype": "FP32", "shape": [-1, -1]}]"#, outputs: Capabilities.classes)

        let faults = RecipeShape.faults(.softmaxRegression, ["texts": ["y"]], manifest)

        #expect(faults.map(\.field) == ["capability", "parameters.texts"])
        #expect(faults[0].expected == "a capability for which input x must be of a fixed number of elements a row")
    }
}
