extension Metric {
    /// Whether the metric can be corrected for labels that may be wrong.
    public var isCorrectable: Bool {
        switch kind {
        case .accuracy, .f1Micro, .recall, .precision, .f1, .rate: true
        case .loss(let loss): loss.needsProbabilities
        case .calibration, .receiverArea, .precisionRecallArea, .determination: false
        }
    }

    /// The metric as it would be with true labels, with its interval; nil where it is not ``isCorrectable``.
    ///
    /// Rates have the score interval with the labels' variance beside that of the rows; averages over classes Wilson's at the number of
    /// rows that has the variance of the rows' parts; losses are resampled (BCa) by row.
    public func measure(_ labels: UncertainLabels, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError) -> Estimate? {
        guard isCorrectable else { return nil }
        try requireParts(of: labels.rows)
        if case .loss(let loss) = kind {
            return Bootstrap(seed: seed, level: level, fewest: Bootstrap.fewestRows).bca(columns: [labels.losses(loss)]) {
                loss.shown(max(0, $0[0] / $1))
            }
        }
        let rates = try correctedRates(labels)
        guard rates.count > 1 else {
            return Estimate(
                value: rates[0].value, interval: rates[0].interval(level: level), count: labels.count, method: "corrected-score")
        }
        let value = rates.reduce(0) { $0 + $1.value } / Double(rates.count)
        return Estimate(
            value: value, interval: averageInterval(rates, value, level: level), count: labels.count, method: "corrected-wilson")
    }

    /// The paired difference of two models on the same rows, corrected; nil where the metric is not ``isCorrectable``.
    ///
    /// Rates: the variance of the difference of each row's parts, and one unit on each side as Bonett & Price 2012 add.
    public func compare(champion: UncertainLabels, candidate: UncertainLabels, level: Double = 0.95, seed: UInt64 = 0)
        throws(MetricError) -> PairedComparison?
    {
        guard isCorrectable else { return nil }
        guard champion.rows.labels == candidate.rows.labels, champion.confidences == candidate.confidences,
            champion.rows.classes == candidate.rows.classes
        else { throw .differentRows }
        try requireParts(of: champion.rows)
        try requireParts(of: candidate.rows)
        if case .loss(let loss) = kind {
            return try comparedLosses(loss, champion, candidate, Bootstrap(seed: seed, level: level, fewest: Bootstrap.fewestRows))
        }
        let before = try correctedRates(champion)
        let after = try correctedRates(candidate)
        let values = (mean(before.map(\.value)), mean(after.map(\.value)))
        var variance = 0.0
        var unit = 0.0
        for row in 0..<champion.count {
            let own = mean(after.map { $0.influence[row] }) - mean(before.map { $0.influence[row] })
            variance += own * own
            unit += 1 / champion.information(row) / Double(champion.count)
        }
        let count = mean(after.map(\.total))
        variance += 2 * (unit / (count + 2)) * (unit / (count + 2))
        let half = NormalDistribution.criticalValue(level: level) * variance.squareRoot()
        // Of the ratios themselves: two that are beyond 1 still differ.
        let difference = mean(after.map(\.raw)) - mean(before.map(\.raw))
        let interval = ConfidenceInterval(
            lower: min(max(difference - half, -1), 1), upper: max(min(difference + half, 1), -1), level: level)
        return PairedComparison(
            metric: name, higherIsBetter: higherIsBetter, champion: values.0, candidate: values.1,
            difference: Estimate(value: min(max(difference, -1), 1), interval: interval, count: champion.count, method: "corrected-paired"),
            pValue: nil)
    }

    private func comparedLosses(_ loss: RowLoss, _ champion: UncertainLabels, _ candidate: UncertainLabels, _ bootstrap: Bootstrap)
        throws(MetricError) -> PairedComparison
    {
        let (before, after) = (champion.losses(loss), candidate.losses(loss))
        guard let difference = bootstrap.bca(columns: [zip(before, after).map { $1 - $0 }], statistic: { $0[0] / $1 }) else {
            throw undefined("no row counts for it")
        }
        return PairedComparison(
            metric: name, higherIsBetter: higherIsBetter, champion: mean(before), candidate: mean(after), difference: difference,
            pValue: nil)
    }

    /// The rates that the metric averages: those of classes with a label in the rows.
    private func correctedRates(_ labels: UncertainLabels) throws(MetricError) -> [CorrectedRate] {
        let rates: [CorrectedRate]
        switch kind {
        case .rate(let rate, let label): rates = [CorrectedRate(labels, rate, of: label)].compactMap(\.self)
        case .recall: rates = averaged(labels, .recall)
        case .precision: rates = averaged(labels, .precision)
        case .f1: rates = averaged(labels, .f1)
        default: rates = [CorrectedRate(labels, nil, of: 0)].compactMap(\.self)
        }
        guard !rates.isEmpty else { throw undefined("no row counts for it") }
        return rates
    }

    private func averaged(_ labels: UncertainLabels, _ rate: ClassRate) -> [CorrectedRate] {
        Set(labels.rows.labels).sorted().compactMap { CorrectedRate(labels, rate, of: $0) }
    }

    private func averageInterval(_ rates: [CorrectedRate], _ value: Double, level: Double) -> ConfidenceInterval {
        let rows = rates[0].influence.indices
        let variance = rows.reduce(0) { sum, row in
            let own = mean(rates.map { $0.influence[row] })
            return sum + own * own
        }
        if value > 0, value < 1, variance > 0 {
            return Proportion.wilson(share: value, trials: value * (1 - value) / variance, level: level)
        }
        let weight = 1 / Double(rates.count)
        return LinearCombination(terms: rates.map { (weight, $0.value, $0.interval(level: level)) }).interval(level: level)
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
