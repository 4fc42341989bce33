import Contracts
import Evaluation
import Foundation
import LinearAlgebra
import ONNX
import OnnxRuntime
import Recipes
import Tensors
import TestSupport
import Testing

@testable import TrainerService

@Suite("Recipes on rows of a dataset")
struct RecipeFitTests {
    private static let fit = Result {
        RecipeFit(
            runtime: try Runtime(libraryPath: TestLibraries.path("libonnxruntime.so", "MESH_ONNXRUNTIME")),
            boosting: TestLibraries.path("libxgboost.so", "MESH_XGBOOST"))
    }

    private func fit(
        _ recipe: Recipe, _ given: [String: JSONValue] = [:], _ manifest: CapabilityManifest, _ rows: [DatasetRow],
        backbone: [UInt8]? = nil
    ) throws -> FittedRecipe {
        let resolved = recipe.resolve(given)
        try #require(resolved.faults == [])
        var order = RecipeOrder(recipe, resolved.values, seed: 3, manifest: manifest)
        order.backbone = backbone
        return try Self.fit.get().fit(order, rows: rows)
    }

    private func measured(_ fitted: FittedRecipe, _ manifest: CapabilityManifest, _ rows: [DatasetRow]) throws -> ValidationMetrics {
        try ValidationMetrics(
            fitted.model, rows: rows, split: "validation", manifest: manifest,
            runtime: try Self.fit.get().runtime)
    }

    @Test(
        "a classifier of numbers and texts answers from raw rows",
        arguments: [Recipe.softmaxRegression, .multilayerPerceptron, .boostedTrees])
    func classes(recipe: Recipe) throws {
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.classes)
        let given: [String: JSONValue] = recipe == .multilayerPerceptron ? ["learningRate": 0.01, "epochs": 60] : ["l2": 0.001]

        let fitted = try fit(recipe, given, manifest, Capabilities.halves)
        let metrics = try measured(fitted, manifest, Capabilities.halves)

        #expect(metrics.values["validation_rows"] == 24)
        #expect((metrics.values["validation_accuracy"] ?? 0) >= 0.9, "\(metrics.values)")
        #expect(metrics.confusion?.counts.joined().reduce(0, +) == 24)
        #expect(metrics.confusion?.classes == ["0", "1"])
        #expect(fitted.rows == ["train": 96, "validation": 24])
        #expect(fitted.preprocessing == ["size: 1 numbers", "colour: one-hot, 3 categories"])
        #expect(fitted.fitted.importances.features.first?.feature == "size")
        #expect(fitted.fitted.importances.features.count == 4)
    }

    @Test("ridge and trees find a number", arguments: [Recipe.ridgeRegression, .boostedTrees])
    func numbers(recipe: Recipe) throws {
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.number)
        let given: [String: JSONValue] = recipe == .ridgeRegression ? ["l2": 0.001] : ["leafWeight": 0]

        let fitted = try fit(recipe, given, manifest, Capabilities.numbers)
        let metrics = try measured(fitted, manifest, Capabilities.numbers)

        #expect((metrics.values["validation_r2"] ?? 0) > 0.97, "\(metrics.values)")
        #expect((metrics.values["validation_rmse"] ?? 99) < (recipe == .ridgeRegression ? 0.01 : 1.5))
        #expect(metrics.confusion == nil)
    }

    @Test("segments need no labels")
    func segments() throws {
        let outputs = #"[{"name": "segment", "datatype": "INT64", "shape": [-1]}, {"name": "d", "datatype": "FP32", "shape": [-1, 3]}]"#
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: outputs)
        let rows = Capabilities.rows { _, _ in .null }

        let fitted = try fit(.kMeans, ["segments": 3], manifest, rows)
        let session = try Session(runtime: try Self.fit.get().runtime, model: fitted.model)
        let answers = try session.run(try InputBatch.tensors(rows[...], interface: manifest.interface), outputs: ["segment", "d"])

        #expect(Set(answers[0].elements(as: Int64.self)) == [0, 1, 2])
        #expect(answers[1].shape == [120, 3])
        #expect(throws: JobFailure.self) { _ = try fit(.kMeans, ["segments": 4], manifest, rows) }
    }

    @Test("items are recommended to users whose rows name what they took")
    func recommendations() throws {
        let manifest = try Capabilities.manifest(
            inputs: #"[{"name": "user", "datatype": "BYTES", "shape": [-1]}]"#,
            outputs:
                #"[{"name": "items", "datatype": "BYTES", "shape": [-1, 2]}, {"name": "scores", "datatype": "FP32", "shape": [-1, 2]}]"#)
        // Even users take even items.
        let rows = (0..<60).map { index in
            DatasetRow(
                id: "r\(index)", split: "train", input: ["user": .string("u\(index % 6)")], context: [:],
                label: .string("i\((index / 6) % 5 * 2 + index % 2)"))
        }

        let fitted = try fit(.matrixFactorization, ["factors": 4], manifest, rows)
        let session = try Session(runtime: try Self.fit.get().runtime, model: fitted.model)
        let answers = try session.run(
            [Tensor(name: "user", shape: [2], strings: [Array("u0".utf8), Array("u3".utf8)])], outputs: ["items"])

        let items = answers[0].strings.map { String(decoding: $0, as: UTF8.self) }
        #expect(items.prefix(2).allSatisfy { ["i0", "i2", "i4", "i6", "i8"].contains($0) }, "\(items)")
        #expect(items.suffix(2).allSatisfy { ["i1", "i3", "i5", "i7", "i9"].contains($0) }, "\(items)")
    }

    @Test("a transfer embeds each row once, and known embeddings give the same model")
    func transfer() throws {
        let manifest = try Digits.manifest()
        let rows = try Digits.rows(160).map { row in
            var row = row
            row.split = row.split == "test" ? "train" : row.split
            return row
        }
        let backbone = try Self.backbone()
        let digest = Digest(of: backbone)

        let fitted = try fit(.transfer, ["backbone": .string(digest.description)], manifest, rows, backbone: backbone)
        var order = RecipeOrder(
            .transfer, Recipe.transfer.resolve(["backbone": .string(digest.description)]).values, seed: 3, manifest: manifest)
        order.backbone = backbone
        order.embeddings = Embeddings(known: fitted.embeddings)
        let again = try Self.fit.get().fit(order, rows: rows)

        #expect(fitted.embeddings.count == 160)
        #expect(again.embeddings.isEmpty)
        #expect(again.model == fitted.model)
        #expect((try measured(fitted, manifest, rows).values["validation_accuracy"] ?? 0) > 0.6)
        #expect(try ONNXModel(bytes: fitted.model).operators["Relu"] == 1)
    }

    /// Random projections of the digits, rectified.
    static func backbone() throws -> [UInt8] {
        var graph = GraphBuilder(name: "backbone")
        graph.input("pixels", .float, shape: [-1, 64])
        let weights = (0..<64 * 48).map { (index: Int) -> Float in Float((index * 7_919) % 1_009) / 504 - 1 }
        graph.node("MatMul", ["pixels", graph.floats(weights, shape: [64, 48])], to: ["hidden"])
        graph.node("Relu", ["hidden"], to: ["embedding"])
        graph.output("embedding", .float, shape: [-1, 48])
        return try graph.model().bytes()
    }

    @Test(
        "the same rows in another order give the same bytes", arguments: [Recipe.softmaxRegression, .boostedTrees, .multilayerPerceptron])
    func order(recipe: Recipe) throws {
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.classes)

        let first = try fit(recipe, manifest, Capabilities.halves)

        #expect(try fit(recipe, manifest, Capabilities.halves.reversed()).model == first.model)
    }

    private func fit(_ recipe: Recipe, _ manifest: CapabilityManifest, _ rows: [DatasetRow]) throws -> FittedRecipe {
        try fit(recipe, [:], manifest, rows)
    }

    @Test("too few rows, one class, a row that does not fit: each says so")
    func refusals() throws {
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.classes)
        let number = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.number)
        var broken = Capabilities.halves
        broken[0].input["size"] = "large"

        #expect(throws: JobFailure("Too few rows: train has 4 with a label, and at least 10 are needed.")) {
            _ = try fit(.softmaxRegression, manifest, Array(Capabilities.halves.prefix(4)))
        }
        #expect(throws: JobFailure("Every labeled row of train is 1: a classifier needs rows of at least two classes.")) {
            _ = try fit(.softmaxRegression, manifest, Capabilities.rows { _, _ in 1 })
        }
        #expect(throws: EvaluationError.self) { _ = try fit(.softmaxRegression, manifest, broken) }
        #expect(throws: EvaluationError.row(id: "row-0000", "its label is no number")) {
            _ = try fit(.ridgeRegression, number, Capabilities.rows { _, _ in "large" })
        }
    }
}
