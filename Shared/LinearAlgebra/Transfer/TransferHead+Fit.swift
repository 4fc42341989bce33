import Foundation
import Statistics

extension TransferHead {
    /// Looser than a fit's own tolerance: the choice between penalties needs a loss to three digits.
    private static let searchTolerance = 1e-4

    /// Fits by L-BFGS for each penalty and fold, then once more to all rows (rows x embedding numbers); the same seed on one thread gives
    /// the same bytes.
    ///
    /// `progress` is told the held-out loss after each fold, over all penalties, then the last fit's iterations, counted on; it may throw to
    /// stop; a cancelled task ends with CancellationError. Throws TrainingError for rows that cannot be learned from, or of one class.
    public static func fit(
        embeddings: Matrix<Double>, labels: [Int], classes: Int, options: Options = Options(),
        progress: TrainingProgress.Handler = { _ in }
    ) throws -> TransferHead {
        // Checked here, because the folds are dealt by label.
        _ = try ClassificationRows(features: embeddings, labels: labels, classes: classes, weights: nil, standardizes: false)
        let folds = min(options.folds, labels.count)
        let assignment = StratifiedFolds.assign(labels, classes: classes, folds: max(folds, 1), seed: options.seed)
        return try fit(
            embeddings: embeddings, labels: labels, classes: classes, options: options, assignment: assignment, progress: progress)
    }

    /// `assignment` gives each row's fold.
    static func fit(
        embeddings: Matrix<Double>, labels: [Int], classes: Int, options: Options, assignment: [Int],
        tolerance: Double = searchTolerance, progress: TrainingProgress.Handler = { _ in }
    ) throws -> TransferHead {
        try options.check(labels: labels)
        let penalties = options.penalties.sorted(by: >)
        var moments = [Moments](repeating: Moments(), count: penalties.count)
        var iterations = 0
        for fold in Set(assignment).sorted() {
            let kept = labels.indices.filter { assignment[$0] != fold }
            let held = labels.indices.filter { assignment[$0] == fold }
            let training = try ClassificationRows(
                features: embeddings.picking(kept), labels: kept.map { labels[$0] }, classes: classes, weights: nil,
                standardizes: options.standardizes)
            let path = try path(training, penalties: penalties, tolerance: tolerance)
            let features = embeddings.picking(held)
            let loss = losses(path, training.standardization?.applied(to: features) ?? features, held.map { labels[$0] }, &moments)
            iterations += 1
            try progress(TrainingProgress(iteration: iterations, loss: loss, gradientNorm: nil))
        }
        let candidates = penalties.indices.map { index in
            Candidate(
                l2: penalties[index], meanLoss: moments[index].mean,
                standardError: moments[index].standardDeviation / Double(moments[index].count).squareRoot())
        }
        let best = candidates.dropFirst().reduce(candidates[0]) { $1.meanLoss < $0.meanLoss ? $1 : $0 }
        let model = try SoftmaxRegression.fit(
            features: embeddings, labels: labels, classes: classes,
            options: SoftmaxRegression.Options(l2: best.l2, standardizes: options.standardizes)
        ) { step in
            try progress(TrainingProgress(iteration: iterations + step.iteration, loss: step.loss, gradientNorm: step.gradientNorm))
        }
        return TransferHead(model: model, l2: best.l2, candidates: candidates)
    }

    /// The layers for penalties that fall: each fit starts where the one before ended, which is near.
    private static func path(_ rows: ClassificationRows, penalties: [Double], tolerance: Double) throws -> [DenseLayer] {
        var point: [Double]?
        return try penalties.map { l2 in
            var objective = SoftmaxObjective(rows: rows, l2: l2)
            let start = point ?? Array(repeating: 0, count: objective.parameterCount)
            let minimum = try LBFGS(gradientTolerance: tolerance).minimize(from: start) { objective.evaluate($0, gradient: &$1) }
            point = minimum.point
            return objective.layer(minimum.point)
        }
    }

    /// Adds each held row's loss to its penalty's moments; gives the mean over rows and penalties.
    private static func losses(_ layers: [DenseLayer], _ features: Matrix<Double>, _ labels: [Int], _ moments: inout [Moments]) -> Double {
        var sum = 0.0
        for (index, layer) in layers.enumerated() {
            for row in labels.indices {
                let loss = Network(layers: [layer]).loss(features.picking([row]), labels: [labels[row]], weights: [1])
                moments[index].add(loss)
                sum += loss
            }
        }
        return sum / Double(max(labels.count * layers.count, 1))
    }
}
