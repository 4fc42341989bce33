extension Metric {
    /// The BCa interval: from rows up to 5,000, above that from counts (confusion, calibration) or sums (losses, R2) of them.
    func resampled(_ rows: ScoredRows, bootstrap: Bootstrap) -> Estimate? {
        if let sums = sums(rows) { return bootstrap.bca(columns: sums.columns, statistic: sums.value) }
        guard rows.count > Bootstrap.mostRows, let cells = cells(rows) else {
            return bootstrap.bca(count: rows.count, statistic: statistic(rows))
        }
        return bootstrap.bca(counts: cells.counts, statistic: cells.value)
    }

    /// The difference of two models' metrics on the same rows, resampled together.
    func resampledDifference(_ first: ScoredRows, _ second: ScoredRows, bootstrap: Bootstrap) -> Estimate? {
        if let before = sums(first), let after = sums(second) {
            let width = before.columns.count
            return bootstrap.bca(columns: before.columns + after.columns) { sums, count in
                guard let old = before.value(Array(sums[..<width]), count), let new = after.value(Array(sums[width...]), count) else {
                    return nil
                }
                return new - old
            }
        }
        let old = statistic(first)
        let new = statistic(second)
        return bootstrap.bca(count: first.count) { rows in
            guard let before = old(rows), let after = new(rows) else { return nil }
            return after - before
        }
    }

    /// The metric as a function of row indices, for resampling.
    func statistic(_ rows: ScoredRows) -> ([Int]) -> Double? {
        if let sums = sums(rows) {
            return { picked in
                let totals = sums.columns.map { column in picked.reduce(0) { $0 + column[$1] } }
                return picked.isEmpty ? nil : sums.value(totals, Double(picked.count))
            }
        }
        if kind == .calibration { return calibrationStatistic(rows) }
        let cells = rows.labels.indices.map { rows.labels[$0] * rows.classes + rows.predictions[$0] }
        return { picked in
            var counts = [Int](repeating: 0, count: rows.classes * rows.classes)
            for row in picked { counts[cells[row]] += 1 }
            return value(ConfusionMatrix(classes: rows.classes, counts: counts))
        }
    }

    /// The metric of these counts; nil where it is undefined.
    func value(_ matrix: ConfusionMatrix) -> Double? {
        if case .rate(let rate, let label) = kind { return rate.value(matrix, of: label) }
        let labelled = (0..<matrix.classes).filter { matrix.support($0) > 0 }
        guard !labelled.isEmpty else { return nil }
        func average(_ part: (Int) -> Double) -> Double { labelled.reduce(0) { $0 + part($1) } / Double(labelled.count) }
        switch kind {
        case .recall: return average { matrix.recall($0).value }
        case .precision: return average { matrix.precision($0).value }
        case .f1: return average { matrix.f1($0) }
        default: return matrix.accuracy.value
        }
    }

    /// Whether it is a function of the confusion matrix.
    var isConfusion: Bool {
        switch kind {
        case .accuracy, .recall, .precision, .f1, .f1Micro, .rate: true
        default: false
        }
    }

    private typealias Sums = (columns: [[Double]], value: ([Double], Double) -> Double?)
    private typealias Cells = (counts: [Int], value: ([Int]) -> Double?)

    private func sums(_ rows: ScoredRows) -> Sums? {
        switch kind {
        case .loss(let loss): return ([loss.values(rows)], { loss.shown($0[0] / $1) })
        case .determination:
            // Centred on the mean of all rows, so that the sum of squares does not cancel.
            let mean = rows.targets.reduce(0, +) / Double(rows.count)
            let centred = rows.targets.map { $0 - mean }
            let squares = centred.map { $0 * $0 }
            return (
                [centred, squares, RowLoss.rootSquare.values(rows)],
                { sums, count in
                    let total = sums[1] - sums[0] * sums[0] / count
                    return total > 0 ? 1 - sums[2] / total : nil
                }
            )
        default: return nil
        }
    }

    private func cells(_ rows: ScoredRows) -> Cells? {
        if kind == .calibration {
            let cells = CalibrationCells(rows)
            return (cells.counts, { cells.expectedError($0) })
        }
        guard isConfusion else { return nil }
        let matrix = ConfusionMatrix(rows)
        return (matrix.counts, { value(ConfusionMatrix(classes: matrix.classes, counts: $0)) })
    }

    private func calibrationStatistic(_ rows: ScoredRows) -> ([Int]) -> Double? {
        let confidence = rows.confidences
        let isCorrect = rows.labels.indices.map { rows.labels[$0] == rows.predictions[$0] }
        return { picked in
            guard !picked.isEmpty else { return nil }
            var bins = CalibrationBins()
            for row in picked { bins.add(confidence: confidence[row], isCorrect: isCorrect[row]) }
            return bins.expectedError
        }
    }
}
