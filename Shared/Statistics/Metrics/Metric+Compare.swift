extension Metric {
    /// Compares two models on the same rows, in the same order.
    ///
    /// Accuracy: the interval for a difference of paired proportions by Bonett & Price 2012 (adjusted Wald), and McNemar's test.
    /// Areas: the difference of each row's part (paired DeLong; infinitesimal jackknife). Other metrics: the paired bootstrap (BCa), which resamples rows for both models together.
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
        let bootstrap = Bootstrap(seed: seed, level: level)
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
