import Contracts
import Evaluation
import LinearAlgebra
import OnnxRuntime
import Recipes
import Tensors
import TreeBoosting

/// Fits a recipe's model to rows and writes it as ONNX.
struct RecipeFit: Sendable {
    /// Fewer rows make no model worth the name.
    static let fewest = 10

    let runtime: Runtime
    /// Path of the library for boosted trees; nil when none was found.
    let boosting: String?

    /// Blocks the thread. The same rows, parameters, seed and libraries give the same bytes.
    ///
    /// Throws ``JobFailure`` for too few rows or a single class, ``EvaluationError`` for a row that does not fit, and what the methods throw.
    func fit(
        _ order: RecipeOrder, rows: [DatasetRow], progress: @escaping TrainingProgress.Handler = { _ in }
    ) throws -> FittedRecipe {
        // By id, so that the bytes of the model do not hang on how files were laid out.
        let usable = rows.filter { !order.recipe.needsLabels || $0.isLabeled }.sorted { $0.id < $1.id }
        let train = usable.filter { $0.split == "train" }
        if case .factors(let ports) = try shape(of: order) {
            try Self.check(train.count, [], order)
            return try factors(order, train, ports, progress)
        }
        let maker = try maker(order)
        try Self.check(train.count, maker.target.isNumber ? [] : Set(train.compactMap(\.label)), order)
        return try fit(
            order, try maker.material(train: train, validation: usable.filter { $0.split == "validation" }), progress: progress)
    }

    /// Fits to features that were made before.
    func fit(
        _ order: RecipeOrder, _ material: RecipeMaterial, progress: @escaping TrainingProgress.Handler = { _ in }
    ) throws -> FittedRecipe {
        let options = RecipeOptions(order)
        let fitted: FittedModel
        switch try shape(of: order) {
        case .classes(let label, let probabilities):
            let set = try labels(of: order)
            let ports = ClassifierPorts(label: label, probabilities: probabilities, codes: set.codes)
            fitted = try ClassifierFit(graph: material.graph, ports: ports, library: try library(order)).fit(
                options.classifier(classes: set.count), train: material.train, validation: material.validation, progress: progress)
        case .number(let port):
            fitted = try NumberFit(graph: material.graph, port: port, library: try library(order)).fit(
                options.number, train: material.train, validation: material.validation, progress: progress)
        case .segments(let ports):
            fitted = try SegmentFit(graph: material.graph, ports: ports).fit(
                options.segments, standardizes: options.standardizes, passes: options.passes, train: material.train, progress: progress)
        case .factors: throw JobFailure("Factors are not fitted to features.")
        }
        return FittedRecipe(
            fitted: fitted, preprocessing: material.graph.plan.isPlain ? [] : material.graph.plan.summary, rows: material.counts,
            embeddings: material.embeddings)
    }

    /// What makes the features of an order's rows.
    func maker(_ order: RecipeOrder) throws -> FeatureMaker {
        let target: RowTarget =
            switch try shape(of: order) {
            case .classes: .position(try labels(of: order))
            case .number: .number
            case .segments, .factors: .none
            }
        return FeatureMaker(order: order, engine: engine, target: target)
    }

    /// Throws ``JobFailure`` for rows that no model can be fitted to.
    ///
    /// - Parameter labels: those that occur in train; empty for what finds no classes.
    static func check(_ train: Int, _ labels: Set<JSONValue>, _ order: RecipeOrder) throws(JobFailure) {
        guard train >= fewest else {
            let which = order.recipe.needsLabels ? " with a label" : ""
            throw JobFailure("Too few rows: train has \(train)\(which), and at least \(fewest) are needed.")
        }
        guard labels.count == 1, let only = labels.first else { return }
        let text = String(decoding: only.canonical, as: UTF8.self)
        throw JobFailure("Every labeled row of train is \(text): a classifier needs rows of at least two classes.")
    }

    private func shape(of order: RecipeOrder) throws(JobFailure) -> RecipeShape {
        guard let shape = RecipeShape(order.recipe, order.parameters, order.manifest) else {
            throw JobFailure("The recipe \(order.recipe.rawValue) cannot serve the interface of \(order.manifest.metadata.name).")
        }
        return shape
    }

    private func labels(of order: RecipeOrder) throws(JobFailure) -> LabelSet {
        guard let set = LabelSet(order.manifest) else {
            throw JobFailure("The capability \(order.manifest.metadata.name) declares neither choices nor the number of classes.")
        }
        return set
    }

    private func factors(
        _ order: RecipeOrder, _ train: [DatasetRow], _ ports: FactorPorts, _ progress: @escaping TrainingProgress.Handler
    ) throws -> FittedRecipe {
        let pairs = try InteractionRows(train, ports: ports, interface: order.manifest.interface)
        let fitted = try FactorFit(ports: ports).fit(
            users: pairs.users, items: pairs.items, interactions: pairs.entries, options: RecipeOptions(order).factors, progress: progress)
        return FittedRecipe(fitted: fitted, preprocessing: [], rows: ["train": train.count])
    }

    /// Opened when a recipe needs it: whoever grows no trees need not have it.
    private func library(_ order: RecipeOrder) throws -> BoostingLibrary? {
        order.recipe == .boostedTrees ? try boosting.map { try BoostingLibrary(path: $0) } : nil
    }

    private var engine: GraphEngine {
        GraphEngine { [runtime] model in
            let session = try Session(runtime: runtime, model: model)
            return { inputs, output in
                guard let answer = try session.run(inputs, outputs: [output]).first else {
                    throw EvaluationError.model("it gives no \(output)")
                }
                return answer
            }
        }
    }
}
