extension Metric {
    /// Compares two models on the same rows, in the same order.
    ///
    /// Accuracy: the interval for a difference of paired proportions by Bonett & Price 2012 (adjusted Wald), and McNemar's test.
    /// Areas: the difference of each row's part (paired DeLong; infinitesimal jackknife). Rates and their averages: the variance of the
    /// difference of each row's parts, and one unit on each side as Bonett & Price add. Other metrics: the paired bootstrap (BCa), which
    /// resamples rows for both models together. Areas and resampled metrics have no interval below 30 rows or without any spread.
    public func compare(champion: ScoredRows, candidate: ScoredRows, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError)
        -> PairedComparison
    {
        guard champion.labels == candidate.labels, champion.targets == candidate.targets, champion.classes == candidate.classes else {
            throw .differentRows
        }
        try requireParts(of: champion)
        try requireParts(of: candidate)
        if kind == .accuracy || kind == .f1Micro { return compareAccuracy(champion, candidate, level: level) }

        if let before = influence(champion), let after = influence(candidate) {
            let difference = after.subtracting(before).symmetric(level: level)
            return comparison(before.value, after.value, difference)
        }
        if isConfusion { return try compareRates(champion, candidate, level: level) }
        let bootstrap = Bootstrap(seed: seed, level: level, fewest: Bootstrap.fewestRows)
        guard let resampled = resampledDifference(champion, candidate, bootstrap: bootstrap), let before = value(of: champion),
            let after = value(of: candidate)
        else { throw undefined("no row counts for it") }
        return comparison(before, after, resampled)
    }

    private func value(of rows: ScoredRows) -> Double? {
        statistic(rows)(Array(0..<rows.count))
    }

    private func comparison(_ champion: Double, _ candidate: Double, _ difference: Estimate) -> PairedComparison {
        PairedComparison(
            metric: name, higherIsBetter: higherIsBetter, champion: champion, candidate: candidate, difference: difference, pValue: nil)
    }

    /// Two models that agree on every row still differ by chance elsewhere, so each class's rate has a row more on each side.
    private func compareRates(_ champion: ScoredRows, _ candidate: ScoredRows, level: Double) throws(MetricError) -> PairedComparison {
        guard let before = value(of: champion), let after = value(of: candidate) else { throw undefined("no row counts for it") }
        let first = try UncertainLabels(certain: champion)
        let second = try UncertainLabels(certain: candidate)
        var parts = [Double](repeating: 0, count: champion.count)
        var variance = 0.0
        let rates = rates(in: champion)
        for (rate, label) in rates {
            let (old, new) = (CorrectedRate(first, rate, of: label), CorrectedRate(second, rate, of: label))
            for row in parts.indices {
                parts[row] += ((new?.influence[row] ?? 0) - (old?.influence[row] ?? 0)) / Double(rates.count)
            }
            let unit = (rate == .f1 ? 2 : 1) / (min(old?.total ?? 0, new?.total ?? 0) + 2) / Double(rates.count)
            variance += 2 * unit * unit
        }
        variance += parts.reduce(0) { $0 + $1 * $1 }
        let half = NormalDistribution.criticalValue(level: level) * variance.squareRoot()
        let difference = after - before
        let interval = ConfidenceInterval(lower: max(-1, difference - half), upper: min(1, difference + half), level: level)
        return comparison(
            before, after, Estimate(value: difference, interval: interval, count: champion.count, method: "adjusted-paired"))
    }

    /// The rates of classes that the metric averages.
    private func rates(in rows: ScoredRows) -> [(rate: ClassRate, label: Int)] {
        let labelled = Set(rows.labels).sorted()
        switch kind {
        case .rate(let rate, let label): return [(rate, label)]
        case .precision: return labelled.map { (.precision, $0) }
        case .f1: return labelled.map { (.f1, $0) }
        default: return labelled.map { (.recall, $0) }
        }
    }

    private func compareAccuracy(_ champion: ScoredRows, _ candidate: ScoredRows, level: Double) -> PairedComparison {
        var onlyChampion = 0
        var onlyCandidate = 0
        for row in champion.labels.indices {
            let before = champion.predictions[row] == champion.labels[row]
            let after = candidate.predictions[row] == candidate.labels[row]
            if before, !after { onlyChampion += 1 }
            if after, !before { onlyCandidate += 1 }
        }
        let difference = PairedProportions(onlyFirst: onlyChampion, onlySecond: onlyCandidate, total: champion.count)
        return PairedComparison(
            metric: name, higherIsBetter: higherIsBetter,
            champion: ConfusionMatrix(champion).accuracy.value, candidate: ConfusionMatrix(candidate).accuracy.value,
            difference: difference.estimate(level: level),
            pValue: McNemarTest(onlyFirst: onlyChampion, onlySecond: onlyCandidate).midPValue)
    }
}
