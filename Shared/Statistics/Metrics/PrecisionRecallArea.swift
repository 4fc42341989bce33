/// Average precision: the mean over a class's rows of the precision at their score, ties sharing one threshold (scikit-learn).
enum PrecisionRecallArea {
    /// The average precision of each class against the rest, averaged over classes with a row; nil where there is none.
    ///
    /// A row's part is the derivative of the average precision by the row's weight, over all rows. At a positive row i with rank
    /// N_i and TP_i + FP_i = N_i, precision changes by FP_i / N_i^2 with a positive row above it and by -TP_i / N_i^2 with a
    /// negative one; suffix sums over ranks give all derivatives in one pass.
    static func influence(_ rows: ScoredRows, of positive: Int?) -> RowInfluence? {
        let classes = positive.map { [$0] } ?? (rows.classes == 2 ? [1] : Array(0..<rows.classes))
        var parts = [Double](repeating: 0, count: rows.count)
        var sum = 0.0
        var used = 0.0
        for label in classes {
            guard let area = add(scores: rows.scores(of: label), labels: rows.labels, label: label, to: &parts) else { continue }
            sum += area
            used += 1
        }
        guard used > 0 else { return nil }
        let strata = [Int](repeating: 0, count: rows.count)
        return RowInfluence(
            value: sum / used, parts: parts.map { $0 / used }, strata: strata, method: "infinitesimal-jackknife")
    }

    /// The logit interval (Boyd, Eng & Page 2013) with the infinitesimal jackknife's error; at an end, Wilson's over the positives.
    static func estimate(_ influence: RowInfluence, positives: Int, level: Double) -> Estimate {
        if let interval = influence.logit(level: level) {
            return Estimate(value: influence.value, interval: interval, count: influence.parts.count, method: influence.method + "-logit")
        }
        let hits = Int((influence.value * Double(positives)).rounded())
        return Estimate(
            value: influence.value, interval: Proportion(successes: hits, trials: positives).wilson(level: level),
            count: influence.parts.count, method: "wilson")
    }

    private static func add(scores: [Double], labels: [Int], label: Int, to parts: inout [Double]) -> Double? {
        let positives = labels.reduce(0.0) { $0 + ($1 == label ? 1 : 0) }
        guard positives > 0 else { return nil }
        let blocks = blocks(scores: scores, labels: labels, label: label)
        let area = blocks.reduce(0.0) { $0 + $1.positives * $1.precision } / positives
        var gain = 0.0
        var cost = 0.0
        for block in blocks.reversed() {
            let rank = block.truePositives + block.falsePositives
            gain += block.positives * block.falsePositives / (rank * rank)
            cost += block.positives * block.truePositives / (rank * rank)
            for row in block.rows {
                parts[row] += labels[row] == label ? (block.precision - area + gain) / positives : -cost / positives
            }
        }
        return area
    }

    private typealias Block = (rows: ArraySlice<Int>, positives: Double, truePositives: Double, falsePositives: Double, precision: Double)

    /// Rows of equal score, the highest first, with the counts down to and with them.
    private static func blocks(scores: [Double], labels: [Int], label: Int) -> [Block] {
        let order = Array(RankOrder.ascending(scores).reversed())
        var blocks: [Block] = []
        var hits = 0.0
        var start = 0
        while start < order.count {
            var end = start
            var tied = 0.0
            while end < order.count, scores[order[end]] == scores[order[start]] {
                tied += labels[order[end]] == label ? 1 : 0
                end += 1
            }
            hits += tied
            blocks.append((order[start..<end], tied, hits, Double(end) - hits, hits / Double(end)))
            start = end
        }
        return blocks
    }
}
