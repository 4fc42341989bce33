extension Metric {
    /// The metric of these rows with its interval.
    ///
    /// With one prediction a row, F1 over all decisions (`f1_micro`) is the accuracy.
    /// Accuracy and rates of a class have Wilson's interval; averages of independent proportions combine theirs (MOVER); the ROC
    /// area has DeLong's, the precision-recall area the infinitesimal jackknife's; F1, losses, R2 and calibration are resampled
    /// (BCa) from the seed, above 5,000 rows through counts or sums of rows; losses, R2 and calibration have no interval below 30 rows.
    public func measure(_ rows: ScoredRows, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError) -> Estimate {
        try requireParts(of: rows)
        let bootstrap = Bootstrap(seed: seed, level: level, fewest: Bootstrap.fewestRows)
        switch kind {
        case .recall: return averaged(ConfusionMatrix(rows), level: level) { $0.recall($1) }
        case .precision: return averaged(ConfusionMatrix(rows), level: level) { $0.precision($1) }
        case .accuracy, .f1Micro: return ConfusionMatrix(rows).accuracy.estimate(level: level)
        case .f1: return measureF1(rows, bootstrap: bootstrap)
        case .rate(let rate, let label):
            let matrix = ConfusionMatrix(rows)
            guard rate.value(matrix, of: label) != nil else { throw undefined("no row counts for class \(label)") }
            return rate.estimate(matrix, of: label, level: level)
        case .receiverArea, .precisionRecallArea: return try measureArea(rows, level: level)
        case .loss, .determination, .calibration:
            guard let estimate = resampled(rows, bootstrap: bootstrap) else {
                throw undefined("the truth is the same in all rows")
            }
            return estimate
        }
    }

    func requireParts(of rows: ScoredRows) throws(MetricError) {
        switch kind {
        case .loss(let loss) where !loss.needsProbabilities: try requireNumbers(rows)
        case .determination: try requireNumbers(rows)
        case .loss, .calibration: try requireProbabilities(rows)
        case .receiverArea(let label), .precisionRecallArea(let label):
            try requireProbabilities(rows)
            try requireClass(label ?? 0, rows)
        case .rate(_, let label): try requireClass(label, rows)
        case .accuracy, .recall, .precision, .f1, .f1Micro: try requireClass(0, rows)
        }
    }

    func undefined(_ reason: String) -> MetricError { .undefined(metric: name, reason: reason) }

    private func requireNumbers(_ rows: ScoredRows) throws(MetricError) {
        guard rows.classes == 0 else { throw .needs("numbers, not classes", metric: name) }
    }

    private func requireProbabilities(_ rows: ScoredRows) throws(MetricError) {
        guard !rows.probabilities.isEmpty else { throw .needs("probabilities", metric: name) }
    }

    private func requireClass(_ label: Int, _ rows: ScoredRows) throws(MetricError) {
        guard rows.classes > 0 else { throw .needs("classes, not numbers", metric: name) }
        guard label < rows.classes else { throw .needs("class \(label) among the \(rows.classes) classes", metric: name) }
    }

    private func averaged(_ matrix: ConfusionMatrix, level: Double, part: (ConfusionMatrix, Int) -> Proportion) -> Estimate {
        let labelled = (0..<matrix.classes).filter { matrix.support($0) > 0 }
        let parts = labelled.map { part(matrix, $0) }
        if parts.count == 1, parts[0].trials > 0 { return parts[0].estimate(level: level) }
        let weight = 1 / Double(parts.count)
        let combined = LinearCombination(terms: parts.map { (weight, $0.value, $0.wilson(level: level)) })
        return Estimate(value: combined.value, interval: combined.interval(level: level), count: matrix.total, method: "mover")
    }

    private func measureF1(_ rows: ScoredRows, bootstrap: Bootstrap) -> Estimate {
        let matrix = ConfusionMatrix(rows)
        let reports = ClassReport.all(matrix, level: bootstrap.level).filter { $0.support > 0 }
        if reports.count == 1 { return reports[0].f1 }
        if let resampled = resampled(rows, bootstrap: bootstrap), resampled.interval != nil { return resampled }
        // Few rows, or none with an error, must not look like certainty.
        let weight = 1 / Double(reports.count)
        let terms = reports.compactMap { report in report.f1.interval.map { (weight, report.f1.value, $0) } }
        let combined = LinearCombination(terms: terms)
        return Estimate(value: combined.value, interval: combined.interval(level: bootstrap.level), count: rows.count, method: "mover")
    }

    private func measureArea(_ rows: ScoredRows, level: Double) throws(MetricError) -> Estimate {
        guard let influence = influence(rows) else { throw undefined("it needs rows of the class and rows of another") }
        let matrix = ConfusionMatrix(rows)
        let supports = scoredClasses(rows).map { matrix.support($0) }.filter { $0 > 0 }
        let positives = supports.min() ?? 0
        guard case .receiverArea = kind else {
            return PrecisionRecallArea.estimate(influence, positives: positives, level: level)
        }
        return ReceiverArea.estimate(influence, positives: positives, negatives: rows.count - positives, level: level)
    }

    private func scoredClasses(_ rows: ScoredRows) -> [Int] {
        switch kind {
        case .receiverArea(let label?), .precisionRecallArea(let label?): [label]
        default: rows.classes == 2 ? [1] : Array(0..<rows.classes)
        }
    }

    /// The area with each row's part; nil for other metrics and where no class has rows on both sides.
    func influence(_ rows: ScoredRows) -> RowInfluence? {
        switch kind {
        case .receiverArea(let label): ReceiverArea.influence(rows, of: label)
        case .precisionRecallArea(let label): PrecisionRecallArea.influence(rows, of: label)
        default: nil
        }
    }
}
