import LinearAlgebra
import ONNX
import TreeBoosting

/// Fits a classifier and writes it, with what makes its features, as ONNX.
public struct ClassifierFit: Sendable {
    let graph: FeatureGraph
    let ports: ClassifierPorts
    let library: BoostingLibrary?

    /// - Parameter library: needed for trees alone.
    public init(graph: FeatureGraph, ports: ClassifierPorts, library: BoostingLibrary? = nil) {
        self.graph = graph
        self.ports = ports
        self.library = library
    }

    /// Blocks the thread. The same rows, options and libraries on one thread of OpenBLAS give the same bytes.
    ///
    /// With `validation`, methods of many steps keep the step with the least loss there. Throws TrainingError, BoostingError, RecipeError,
    /// CancellationError and what `progress` throws.
    public func fit(
        _ method: ClassifierMethod, train: FeatureSource, validation: FeatureSource?,
        progress: @escaping TrainingProgress.Handler = { _ in }
    ) throws -> FittedModel {
        let curve = ProgressCurve(progress)
        let validation = validation.flatMap { $0.count > 0 ? $0 : nil }
        switch method {
        case .softmax(let options, let streamed):
            let model = try softmax(train, validation, options, streamed, curve)
            return try linear(model, train, validation, method, curve, facts: [:])
        case .perceptron(let hidden, let options):
            return try perceptron(train, validation, hidden, options, method, curve)
        case .trees(let options):
            return try trees(train, validation, options, method, curve)
        case .head(let options):
            let rows = try train.rows()
            let head = try TransferHead.fit(
                embeddings: rows.features, labels: rows.labels, classes: ports.codes.count, options: options, progress: curve.note)
            return try linear(head.model, train, validation, method, curve, facts: ["chosen l2": "\(head.l2)"])
        }
    }

    private func softmax(
        _ train: FeatureSource, _ validation: FeatureSource?, _ options: SoftmaxRegression.Options, _ streamed: MiniBatchOptions,
        _ curve: ProgressCurve
    ) throws -> SoftmaxRegression {
        guard !train.isStreamed else {
            return try SoftmaxRegression.fit(
                blocks: train.blocks(), classes: ports.codes.count, validation: try validation?.blocks(), options: streamed,
                progress: curve.note
            ).model
        }
        let rows = try train.rows()
        return try SoftmaxRegression.fit(
            features: rows.features, labels: rows.labels, classes: ports.codes.count, weights: rows.weights, options: options,
            progress: curve.note)
    }

    private func linear(
        _ model: SoftmaxRegression, _ train: FeatureSource, _ validation: FeatureSource?, _ method: ClassifierMethod,
        _ curve: ProgressCurve, facts: [String: String]
    ) throws -> FittedModel {
        let layer = model.folded
        let cost = Double(layer.weights.elements.count)
        let importances = try importances(train, validation, cost: cost, weights: model) { model.probabilities($0) }
        return FittedModel(
            model: try export(method.name) { $0.classes($0.dense([layer], of: $1), ports) }, loss: model.loss, curve: curve.steps,
            importances: importances,
            facts: facts.merging(["iterations": "\(model.iterations)", "converged": "\(model.isConverged)"]) { first, _ in first })
    }

    private func perceptron(
        _ train: FeatureSource, _ validation: FeatureSource?, _ hidden: [Int], _ options: MiniBatchOptions, _ method: ClassifierMethod,
        _ curve: ProgressCurve
    ) throws -> FittedModel {
        let fitted = try MultilayerPerceptron.fit(
            blocks: train.blocks(), classes: ports.codes.count, hidden: hidden, validation: try validation?.blocks(), options: options,
            progress: curve.note)
        let model = fitted.model
        let cost = model.layers.reduce(0) { $0 + Double($1.weights.elements.count) }
        return FittedModel(
            model: try export(method.name) { $0.classes($0.dense(model.folded, of: $1), ports) }, loss: model.loss, curve: curve.steps,
            importances: try importances(train, validation, cost: cost, weights: nil) { model.probabilities($0) },
            facts: ["epoch kept": "\(fitted.bestEpoch)", "stopped early": "\(fitted.isStoppedEarly)"])
    }

    private func trees(
        _ train: FeatureSource, _ validation: FeatureSource?, _ options: BoostingOptions, _ method: ClassifierMethod, _ curve: ProgressCurve
    ) throws -> FittedModel {
        guard let library else { throw BoostingError.library("no library was found: run `make deps`, or set MESH_XGBOOST") }
        let model = try BoostedTrees.fit(
            try train.rows().boosting(classes: true), validation: try validation?.rows().boosting(classes: true), options: options,
            library: library
        ) { step in try curve.note(TrainingProgress(step)) }
        let cost = Double(model.trees.count * options.depth)
        return FittedModel(
            model: try export(method.name) { graph, features in
                let margins = graph.trees(model, of: features)
                if model.bases.count == 1 { graph.twoClasses(margins, ports) } else { graph.classes(margins, ports) }
            }, loss: model.loss, curve: curve.steps,
            importances: try importances(train, validation, cost: cost, weights: nil) { features in
                let given = model.probabilities(features.elements.map { Float($0) })
                return Matrix(rows: features.rows, columns: ports.codes.count, elements: given.map { Double($0) })
            }, facts: ["trees": "\(model.trees.count)", "XGBoost": library.version])
    }

    private func export(_ name: String, _ head: (inout GraphBuilder, String) -> Void) throws -> [UInt8] {
        var builder = GraphBuilder(recipe: name)
        let features = try graph.append(to: &builder)
        head(&builder, features)
        return try builder.model().bytes()
    }

    /// On the validation rows, or those fitted to where there are too few; by weights where shuffling would take too long.
    private func importances(
        _ train: FeatureSource, _ validation: FeatureSource?, cost: Double, weights: SoftmaxRegression?,
        probabilities: (Matrix<Double>) throws -> Matrix<Double>
    ) throws -> ImportanceReport {
        guard graph.backbone == nil else { return .none }
        let source = validation.flatMap { $0.count >= PermutationBudget.fewest ? $0 : nil } ?? train
        let names = graph.plan.columnNames
        if let count = PermutationBudget.rows(columns: names.count, cost: cost) {
            let rows = try source.sample(count)
            guard rows.count > 1 else { return .none }
            let found = try PermutationImportance.measure(
                rows.features, labels: rows.labels, repeats: PermutationBudget.repeats, probabilities: probabilities)
            return ImportanceReport(
                method: .permutation, rows: rows.count,
                features: found.map {
                    NamedImportance(feature: names[$0.feature], importance: $0.importance, standardError: $0.standardError)
                })
        }
        guard let weights else { return .none }
        let rows = try source.sample(1_000)
        let found = try weights.coefficientImportances(rows.features)
        return ImportanceReport(
            method: .weights, rows: rows.count, features: zip(names, found).map { NamedImportance(feature: $0, importance: $1) })
    }
}

extension FeatureRows {
    /// The rows as trees want them: with their classes, or their numbers.
    func boosting(classes: Bool) throws(BoostingError) -> BoostingRows {
        try BoostingRows(
            features: features.elements.map { Float($0) }, columns: features.columns,
            targets: classes ? labels.map { Float($0) } : targets.map { Float($0) }, weights: weights?.map { Float($0) })
    }
}

extension TrainingProgress {
    init(_ step: BoostingStep) {
        self.init(iteration: step.round, loss: step.loss, gradientNorm: nil, validationLoss: step.validationLoss)
    }
}
