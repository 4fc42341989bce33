import Contracts
import Foundation
import TestSupport
import Testing

@testable import TrainerService

@Suite("Recipes and plans")
struct RecipeTests {
    @Test("parameters that nobody gives are the standard ones, and all are kept")
    func standards() {
        let softmax = Recipe.softmaxRegression.resolve(["l2": 1])
        let perceptron = Recipe.multilayerPerceptron.resolve(["hidden": 32, "epochs": 5])

        #expect(softmax.faults == [])
        #expect(softmax.values["l2"] == 1.0)
        #expect(softmax.values["standardize"] == true)
        #expect(softmax.values["maximumIterations"] == 200)
        #expect(softmax.values["impute"] == "none")
        #expect(softmax.values["missing"] == .null)
        #expect(Set(softmax.values.keys) == Set(Recipe.softmaxRegression.parameters.map(\.name)))
        #expect(perceptron.faults == [])
        #expect(perceptron.values["hidden"] == [32])
        #expect(perceptron.values["epochs"] == 5)
        #expect(perceptron.values["batchSize"] == 64)
        #expect(Set(perceptron.values.keys) == Set(Recipe.multilayerPerceptron.parameters.map(\.name)))
    }

    static let refused: [(String, JSONValue, String)] = [
        ("l2", .number(-1), "a number from 0 to 1000000"), ("l2", .string("x"), "a number from 0 to 1000000"),
        ("epochs", .integer(0), "a whole number from 1 to 10000"), ("epochs", .number(1.5), "a whole number from 1 to 10000"),
        ("standardize", .integer(1), "true or false"),
        ("hidden", .array([]), "a list of 1 to 8 whole numbers from 1 to 4096"),
        ("hidden", .array([.integer(8), .string("x")]), "a list of 1 to 8 whole numbers from 1 to 4096"),
        ("hidden", .array([.integer(5_000)]), "a list of 1 to 8 whole numbers from 1 to 4096"),
        ("learningRate", .number(.infinity), "a number from 0.000001 to 1"),
        ("impute", .string("median"), "one of none, mean, zero"), ("missing", .string("x"), "a number, or null for none"),
        ("texts", .array([.integer(1)]), "a list of at most 64 names of inputs"),
        ("imageSize", .array([.integer(8), .integer(8), .integer(8)]), "a list of 0 to 2 whole numbers from 1 to 2048"),
        ("imageDeviations", .array([.number(0)]), "a list of 0 to 4 numbers from 1e-9 to 1000000"),
    ]

    @Test("a parameter that is not allowed is named with what was expected", arguments: refused)
    func faults(name: String, value: JSONValue, expected: String) {
        #expect(Recipe.multilayerPerceptron.resolve([name: value]).faults == [FieldFault("parameters.\(name)", expected: expected)])
    }

    @Test("a parameter that the recipe does not have is named with those it has")
    func unknown() {
        let faults = Recipe.kMeans.resolve(["epochs": 3, "L2": 1]).faults

        #expect(faults.map(\.field) == ["parameters.L2", "parameters.epochs"])
        let names = """
            imageDeviations, imageMeans, imageSize, impute, maximumCategories, maximumIterations, missing, passes, restarts, segments, \
            standardize, textBuckets, textWords, texts, tolerance
            """
        #expect(faults[0].expected == "one of \(names) for the recipe k-means")
        let needed = Recipe.transfer.resolve([:]).faults
        #expect(needed.map(\.field) == ["parameters.backbone"])
    }

    @Test("the manifest fills what the request leaves out; its parameters are for its own recipe only")
    func plans() throws {
        let manifest = try Digits.manifest(parameters: #"{"l2": 0.5}"#)
        let bare = try RunPlan(NewRun(capability: "digits"), manifest: manifest)
        let other = try RunPlan(NewRun(capability: "digits", recipe: "multilayer-perceptron", seed: 3), manifest: manifest)
        let own = try RunPlan(NewRun(capability: "digits", dataset: 4, parameters: [:]), manifest: manifest)

        #expect(bare.recipe == .softmaxRegression)
        #expect(bare.parameters["l2"] == 0.5)
        #expect(bare.seed == 7)
        #expect(bare.dataset == nil)
        #expect(other.recipe == .multilayerPerceptron)
        #expect(other.parameters["l2"] == 1e-4)
        #expect(other.seed == 3)
        #expect(own.parameters["l2"] == 0.01)
        #expect(own.dataset == 4)
    }

    @Test("what cannot be trained is refused with 422 and every fault")
    func refusals() throws {
        func problem(_ asked: NewRun, _ change: (inout CapabilityManifest) -> Void = { _ in }) throws -> Problem? {
            var manifest = try Digits.manifest()
            change(&manifest)
            do throws(Problem) {
                _ = try RunPlan(asked, manifest: manifest)
                return nil
            } catch { return error }
        }
        let recipe = try problem(NewRun(capability: "digits", recipe: "magic"))
        let training = try problem(NewRun(capability: "digits")) { $0.training = nil }
        let many = try problem(NewRun(capability: "digits", dataset: 0, parameters: ["l2": "x"])) {
            $0.interface.inputs[0].datatype = "FP16"
        }
        let choices = try problem(NewRun(capability: "digits")) { $0.labeling?.choices = ["a", "b"] }

        #expect(recipe?.code == "trainer.recipe_unknown")
        #expect(recipe?.errors?.first?.expected == "one of \(Recipe.names.joined(separator: ", "))")
        #expect(training?.errors?.first?.field == "recipe")
        #expect(many?.status == 422)
        #expect(many?.errors?.map(\.field) == ["parameters.l2", "dataset", "capability"])
        #expect(choices?.errors?.first?.expected == "a capability with as many probabilities (10) as choices (2)")
    }

    @Test("pauses between attempts grow to half a minute, and end")
    func pauses() {
        let pauses = (1...RetryPolicy.attempts).map { RetryPolicy.pause(after: $0) }

        #expect(pauses.prefix(6) == [1, 2, 4, 8, 16, 30])
        #expect(pauses.dropLast().allSatisfy { ($0 ?? .infinity) <= 30 })
        #expect(pauses.last == .some(nil))
    }
}
