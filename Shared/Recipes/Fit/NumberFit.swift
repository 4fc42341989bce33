import LinearAlgebra
import ONNX
import TreeBoosting

/// Fits a model that answers with a number and writes it, with what makes its features, as ONNX.
public struct NumberFit: Sendable {
    let graph: FeatureGraph
    let port: NumberPort
    let library: BoostingLibrary?

    /// - Parameter library: needed for trees alone.
    public init(graph: FeatureGraph, port: NumberPort, library: BoostingLibrary? = nil) {
        self.graph = graph
        self.port = port
        self.library = library
    }

    /// Blocks the thread. The same rows, options and libraries on one thread of OpenBLAS give the same bytes.
    ///
    /// Throws TrainingError, BoostingError, RecipeError, CancellationError and what `progress` throws.
    public func fit(
        _ method: NumberMethod, train: FeatureSource, validation: FeatureSource?, progress: @escaping TrainingProgress.Handler = { _ in }
    ) throws -> FittedModel {
        let rows = try train.rows()
        let validation = try validation.flatMap { $0.count > 0 ? try $0.rows() : nil }
        let curve = ProgressCurve(progress)
        switch method {
        case .ridge(let l2, let standardizes): return try ridge(rows, validation, l2, standardizes, curve)
        case .trees(let options): return try trees(rows, validation, options, curve)
        }
    }

    private func ridge(
        _ rows: FeatureRows, _ validation: FeatureRows?, _ l2: Double, _ standardizes: Bool, _ curve: ProgressCurve
    ) throws -> FittedModel {
        let standardization = standardizes ? Standardization(rows.features) : nil
        let model = try RidgeRegression.fit(
            features: standardization?.applied(to: rows.features) ?? rows.features, targets: rows.targets, weights: rows.weights, l2: l2)
        let layer = DenseLayer(
            weights: Matrix(rows: rows.features.columns, columns: 1, elements: model.weights), bias: [model.intercept])
        let folded = standardization?.folded(into: layer) ?? layer
        let loss = Self.meanSquare(rows) { folded.applied(to: $0).elements }
        try curve.note(
            TrainingProgress(
                iteration: 1, loss: loss, gradientNorm: nil,
                validationLoss: validation.map { Self.meanSquare($0) { folded.applied(to: $0).elements } }))
        return FittedModel(
            model: try export("ridge-regression") { $0.number($0.dense([folded], of: $1), port) }, loss: loss, curve: curve.steps,
            importances: try importances(rows, validation, cost: Double(model.weights.count)) { folded.applied(to: $0).elements })
    }

    private func trees(
        _ rows: FeatureRows, _ validation: FeatureRows?, _ options: BoostingOptions, _ curve: ProgressCurve
    ) throws -> FittedModel {
        guard let library else { throw BoostingError.library("no library was found: run `make deps`, or set MESH_XGBOOST") }
        let model = try BoostedTrees.fit(
            try rows.boosting(classes: false), validation: try validation?.boosting(classes: false), options: options, library: library
        ) { step in try curve.note(TrainingProgress(step)) }
        let predict = { (features: Matrix<Double>) in model.margins(features.elements.map { Float($0) }).map { Double($0) } }
        return FittedModel(
            model: try export("boosted-trees") { $0.number($0.trees(model, of: $1), port) }, loss: Self.meanSquare(rows, predict),
            curve: curve.steps,
            importances: try importances(rows, validation, cost: Double(model.trees.count * options.depth), predict),
            facts: ["trees": "\(model.trees.count)", "XGBoost": library.version])
    }

    private func export(_ name: String, _ head: (inout GraphBuilder, String) -> Void) throws -> [UInt8] {
        var builder = GraphBuilder(recipe: name)
        let features = try graph.append(to: &builder)
        head(&builder, features)
        return try builder.model().bytes()
    }

    private func importances(
        _ train: FeatureRows, _ validation: FeatureRows?, cost: Double, _ predict: @escaping (Matrix<Double>) -> [Double]
    ) throws -> ImportanceReport {
        let names = graph.plan.columnNames
        guard graph.backbone == nil, let count = PermutationBudget.rows(columns: names.count, cost: cost) else { return .none }
        let source = validation.flatMap { $0.count >= PermutationBudget.fewest ? $0 : nil } ?? train
        let rows = source.spread(count)
        guard rows.count > 1 else { return .none }
        let found = try PermutationImportance.measure(rows.features, repeats: PermutationBudget.repeats) { shuffled in
            Self.meanSquare(FeatureRows(features: shuffled, targets: rows.targets), predict)
        }
        return ImportanceReport(
            method: .permutation, rows: rows.count,
            features: found.map { NamedImportance(feature: names[$0.feature], importance: $0.importance, standardError: $0.standardError) })
    }

    /// The mean squared error.
    private static func meanSquare(_ rows: FeatureRows, _ predict: (Matrix<Double>) -> [Double]) -> Double {
        let errors = zip(predict(rows.features), rows.targets).map { ($0 - $1) * ($0 - $1) }
        return errors.reduce(0, +) / Double(max(errors.count, 1))
    }
}
