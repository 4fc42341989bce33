/// The area under the ROC curve: how often a row of the class has a higher score than another row, ties counting half.
///
/// Structural components of DeLong, DeLong & Clarke-Pearson 1988, by mid-ranks in n log n (Sun & Xu 2014).
enum ReceiverArea {
    /// The area of each class against the rest, averaged over classes with rows on both sides; nil where there is none.
    ///
    /// The strata are the labels (class against rest where there is one class), so that one class has DeLong's variance exactly.
    static func influence(_ rows: ScoredRows, of positive: Int?) -> RowInfluence? {
        let classes = positive.map { [$0] } ?? (rows.classes == 2 ? [1] : Array(0..<rows.classes))
        var parts = [Double](repeating: 0, count: rows.count)
        var sum = 0.0
        var used = 0.0
        for label in classes {
            let isPositive = rows.labels.map { $0 == label }
            guard let area = add(scores: rows.scores(of: label), isPositive: isPositive, to: &parts) else { continue }
            sum += area
            used += 1
        }
        guard used > 0 else { return nil }
        let strata = positive.map { label in rows.labels.map { $0 == label ? 1 : 0 } } ?? rows.labels
        return RowInfluence(value: sum / used, parts: parts.map { $0 / used }, strata: strata, method: "delong")
    }

    /// DeLong's error on the logit scale, which covers where the area is high and positives are few (Pepe 2003, section 5.2.4); the
    /// score interval where no pair is out of order, because then DeLong's variance is 0, and where a side has one row, which has none;
    /// whatever both cover where a side has less than ten rows.
    static func estimate(_ influence: RowInfluence, positives: Int, negatives: Int, level: Double) -> Estimate {
        let logit = influence.logit(level: level)
        let fewest = min(positives, negatives)
        if fewest >= 10, let interval = logit {
            return Estimate(value: influence.value, interval: interval, count: influence.parts.count, method: "delong-logit")
        }
        let own = score(influence.value, positives: Double(positives), negatives: Double(negatives), level: level)
        let wide = fewest > 1 ? logit : nil
        let interval = ConfidenceInterval(
            lower: min(own.lower, wide?.lower ?? 1), upper: max(own.upper, wide?.upper ?? 0), level: level)
        return Estimate(value: influence.value, interval: interval, count: influence.parts.count, method: "newcombe-score")
    }

    /// Adds each row's component over its side's size to `parts`; gives the area, nil where a side is empty.
    private static func add(scores: [Double], isPositive: [Bool], to parts: inout [Double]) -> Double? {
        let positives = isPositive.reduce(0) { $0 + ($1 ? 1 : 0) }
        let negatives = scores.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let m = Double(positives)
        let n = Double(negatives)
        let order = RankOrder.ascending(scores)
        var belowPositive = 0.0
        var belowNegative = 0.0
        var sum = 0.0
        var start = 0
        while start < order.count {
            var end = start
            var tiedPositive = 0.0
            while end < order.count, scores[order[end]] == scores[order[start]] {
                tiedPositive += isPositive[order[end]] ? 1 : 0
                end += 1
            }
            let tiedNegative = Double(end - start) - tiedPositive
            let shareBelow = (belowNegative + tiedNegative / 2) / n
            let shareAbove = 1 - (belowPositive + tiedPositive / 2) / m
            for row in order[start..<end] { parts[row] += isPositive[row] ? shareBelow / m : shareAbove / n }
            sum += tiedPositive * shareBelow
            belowPositive += tiedPositive
            belowNegative += tiedNegative
            start = end
        }
        return sum / m
    }

    /// The score interval of a Mann-Whitney share with its own variance at each end (Newcombe 2006, part 2, method 5).
    private static func score(_ value: Double, positives: Double, negatives: Double, level: Double) -> ConfidenceInterval {
        let z = NormalDistribution.criticalValue(level: level)
        func isInside(_ area: Double) -> Bool {
            let shape = 1 + ((positives + negatives) / 2 - 1) * ((1 - area) / (2 - area) + area / (1 + area))
            return abs(value - area) <= z * (area * (1 - area) * shape / (positives * negatives)).squareRoot()
        }
        func end(from outside: Double) -> Double {
            var (out, inside) = (outside, value)
            for _ in 0..<60 {
                let middle = (out + inside) / 2
                if isInside(middle) { inside = middle } else { out = middle }
            }
            return inside
        }
        return ConfidenceInterval(lower: value > 0 ? end(from: 0) : 0, upper: value < 1 ? end(from: 1) : 1, level: level)
    }
}
