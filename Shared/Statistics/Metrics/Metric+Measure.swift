extension Metric {
    /// The metric of these rows with its interval.
    ///
    /// With one prediction a row, F1 over all decisions (`f1_micro`) is the accuracy.
    /// Accuracy has Wilson's interval; averages of independent proportions combine theirs (MOVER); F1, losses and calibration
    /// are resampled (BCa) from the seed.
    public func measure(_ rows: ScoredRows, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError) -> Estimate {
        try requireParts(of: rows)
        let bootstrap = Bootstrap(seed: seed, level: level)
        switch kind {
        case .recall: return averaged(ConfusionMatrix(rows), level: level) { $0.recall($1) }
        case .precision: return averaged(ConfusionMatrix(rows), level: level) { $0.precision($1) }
        case .accuracy, .f1Micro: return ConfusionMatrix(rows).accuracy.estimate(level: level)
        case .f1: return measureF1(rows, bootstrap: bootstrap)
        case .loss, .calibration:
            let statistic = statistic(rows)
            guard let estimate = bootstrap.bca(count: rows.count, statistic: statistic) else { throw .empty }
            return estimate
        }
    }

    /// The metric as a function of row indices, for resampling.
    func statistic(_ rows: ScoredRows) -> ([Int]) -> Double? {
        switch kind {
        case .loss(let loss):
            let values = loss.values(rows)
            return { picked in
                guard !picked.isEmpty else { return nil }
                var sum = 0.0
                for row in picked { sum += values[row] }
                return loss.shown(sum / Double(picked.count))
            }
        case .calibration: return calibrationStatistic(rows)
        case .accuracy, .recall, .precision, .f1, .f1Micro:
            let cells = rows.labels.indices.map { rows.labels[$0] * rows.classes + rows.predictions[$0] }
            return { picked in
                var counts = [Int](repeating: 0, count: rows.classes * rows.classes)
                for row in picked { counts[cells[row]] += 1 }
                return value(ConfusionMatrix(classes: rows.classes, counts: counts))
            }
        }
    }

    func requireParts(of rows: ScoredRows) throws(MetricError) {
        switch kind {
        case .loss(let loss) where !loss.needsProbabilities:
            guard rows.classes == 0 else { throw .needs("numbers, not classes", metric: name) }
        case .loss, .calibration:
            guard !rows.probabilities.isEmpty else { throw .needs("probabilities", metric: name) }
        case .accuracy, .recall, .precision, .f1, .f1Micro:
            guard rows.classes > 0 else { throw .needs("classes, not numbers", metric: name) }
        }
    }

    private func value(_ matrix: ConfusionMatrix) -> Double? {
        let labelled = (0..<matrix.classes).filter { matrix.support($0) > 0 }
        guard !labelled.isEmpty else { return nil }
        func average(_ part: (Int) -> Double) -> Double { labelled.reduce(0) { $0 + part($1) } / Double(labelled.count) }
        switch kind {
        case .recall: return average { matrix.recall($0).value }
        case .precision: return average { matrix.precision($0).value }
        case .f1: return average { matrix.f1($0) }
        case .accuracy, .f1Micro, .loss, .calibration: return matrix.accuracy.value
        }
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
        if let resampled = bootstrap.bca(count: rows.count, statistic: statistic(rows)), let interval = resampled.interval,
            interval.width > 0
        {
            return resampled
        }
        // Without a single error every resample is the same, which must not look like certainty.
        let weight = 1 / Double(reports.count)
        let terms = reports.compactMap { report in report.f1.interval.map { (weight, report.f1.value, $0) } }
        let combined = LinearCombination(terms: terms)
        return Estimate(value: combined.value, interval: combined.interval(level: bootstrap.level), count: rows.count, method: "mover")
    }

    private func calibrationStatistic(_ rows: ScoredRows) -> ([Int]) -> Double? {
        let confidence = rows.predictions.indices.map { rows.probabilities[$0 * rows.classes + rows.predictions[$0]] }
        let isCorrect = rows.labels.indices.map { rows.labels[$0] == rows.predictions[$0] }
        return { picked in
            guard !picked.isEmpty else { return nil }
            var bins = CalibrationBins()
            for row in picked { bins.add(confidence: confidence[row], isCorrect: isCorrect[row]) }
            return bins.expectedError
        }
    }
}
