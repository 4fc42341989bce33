extension Metric {
    /// Compares two models on the same rows, in the same order.
    ///
    /// Accuracy: the interval for a difference of paired proportions by Bonett & Price 2012 (adjusted Wald), and McNemar's test.
    /// Other metrics: the paired bootstrap (BCa), which resamples rows for both models together.
    public func compare(champion: ScoredRows, candidate: ScoredRows, level: Double = 0.95, seed: UInt64 = 0) throws(MetricError)
        -> PairedComparison
    {
        guard champion.labels == candidate.labels, champion.targets == candidate.targets, champion.classes == candidate.classes else {
            throw .differentRows
        }
        try requireParts(of: champion)
        try requireParts(of: candidate)
        if kind == .accuracy || kind == .f1Micro { return compareAccuracy(champion, candidate, level: level) }

        let first = statistic(champion)
        let second = statistic(candidate)
        let all = Array(0..<champion.count)
        guard let before = first(all), let after = second(all) else { throw .empty }
        let resampled = Bootstrap(seed: seed, level: level).bca(count: champion.count) { rows in
            guard let championValue = first(rows), let candidateValue = second(rows) else { return nil }
            return candidateValue - championValue
        }
        guard let resampled else { throw .empty }
        return PairedComparison(
            metric: name, higherIsBetter: higherIsBetter, champion: before, candidate: after,
            difference: resampled, pValue: nil)
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
