import CXGBoost
import Foundation

extension BoostedTrees {
    /// Grows trees on one thread: the same rows, options and library give the same trees.
    ///
    /// With `validation`, the trees after the round with the least loss there are left out. Throws ``BoostingError``, CancellationError and
    /// what `progress` throws.
    public static func fit(
        _ rows: BoostingRows, validation: BoostingRows? = nil, options: BoostingOptions, library: BoostingLibrary,
        progress: BoostingStep.Handler = { _ in }
    ) throws -> BoostedTrees {
        try rows.check(options.objective)
        try validation?.check(options.objective)
        guard validation == nil || validation?.columns == rows.columns else {
            throw BoostingError.invalid("validation", expected: "of \(rows.columns) columns")
        }
        let booster = try Booster(library, rows, validation: validation, options: options)
        var best: BoostingStep?
        var curve: [BoostingStep] = []
        for round in 1...options.rounds {
            try Task.checkCancellation()
            let step = try booster.grow(round)
            curve.append(step)
            try progress(step)
            guard let loss = step.validationLoss else { continue }
            if loss < best?.validationLoss ?? .infinity { best = step }
            if let best, step.round - best.round >= options.patience { break }
        }
        let kept = best ?? curve[curve.count - 1]
        return try read(booster.saved(), kept: kept, columns: rows.columns, objective: options.objective)
    }

    private static func read(_ text: Data, kept: BoostingStep, columns: Int, objective: BoostingOptions.Objective) throws -> BoostedTrees {
        let stored = try StoredBooster.read(text)
        let model = stored.learner.gradientBooster.model
        let outputs = if case .classes(let count) = objective, count > 2 { count } else { 1 }
        let given = stored.bases
        guard given.count == outputs || given.count == 1, model.trees.count == model.treeInfo.count,
            model.treeInfo.allSatisfy({ (0..<outputs).contains($0) }), let first = given.first
        else { throw BoostingError.failed("the library writes its model in a way that is not known") }
        let bases = given.count == outputs ? given : Array(repeating: first, count: outputs)
        let count = min(model.trees.count, kept.round * outputs)
        return BoostedTrees(
            objective: objective, columns: columns,
            // The base of a binary classifier is written as a probability.
            bases: objective == .classes(2) ? bases.map { log($0 / (1 - $0)) } : bases,
            trees: try model.trees.prefix(count).map { try RegressionTree($0, columns: columns) },
            outputs: Array(model.treeInfo.prefix(count)), loss: kept.loss)
    }
}
