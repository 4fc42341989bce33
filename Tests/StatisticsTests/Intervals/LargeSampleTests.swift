import Statistics
import Testing

/// Resampling through counts and sums against resampling of rows, on the same data.
@Suite("Resampling of large samples")
struct LargeSampleTests {
    private func isLike(_ found: Estimate, _ exact: Estimate, within tolerance: Double) throws -> Bool {
        let first = try #require(found.interval)
        let second = try #require(exact.interval)
        let slack = tolerance * second.width
        return isClose(found.value, exact.value) && abs(first.lower - second.lower) < slack && abs(first.upper - second.upper) < slack
    }

    @Test("counts resampled by cell give the interval of their rows")
    func counts() throws {
        let counts = [9, 31, 160]
        let rows = [Int](repeating: 0, count: 9) + [Int](repeating: 1, count: 31) + [Int](repeating: 2, count: 160)
        func f1(_ counts: [Int]) -> Double? { 2 * Double(counts[0]) / Double(2 * counts[0] + counts[1]) }
        let bootstrap = Bootstrap(seed: 1, replicates: 4_000)

        let found = try #require(bootstrap.bca(counts: counts, statistic: f1))
        let exact = try #require(
            bootstrap.bca(count: 200) { picked in f1(picked.reduce(into: [0, 0, 0]) { $0[rows[$1]] += 1 }) })

        #expect(try isLike(found, exact, within: 0.07))
    }

    @Test("groups of rows give the interval of their rows, for rows in a cycle too")
    func sums() throws {
        var generator = SeededGenerator(seed: 2)
        // Skewed, and in a cycle of ten: groups by row number would each hold one part of the cycle.
        let losses = (0..<6_000).map { row in generator.exponential() * Double(row % 10) }
        let bootstrap = Bootstrap(seed: 3, replicates: 600)

        let found = try #require(bootstrap.bca(columns: [losses]) { $0[0] / $1 })
        let exact = try #require(
            bootstrap.bca(count: 6_000) { rows in
                var sum = 0.0
                for row in rows { sum += losses[row] }
                return sum / 6_000 / (Double(rows.count) / 6_000)
            })

        #expect(try isLike(found, exact, within: 0.12))
    }

    @Test("the calibration error of a large sample has the interval of its rows")
    func calibration() throws {
        var generator = SeededGenerator(seed: 4)
        let confidences = (0..<6_000).map { _ in 0.5 + generator.uniform() / 2 }
        let isCorrect = confidences.map { generator.uniform() < $0 - 0.08 }
        let rows = try ScoredRows(
            labels: isCorrect.map { $0 ? 0 : 1 }, predictions: isCorrect.map { _ in 0 },
            probabilities: confidences.flatMap { [$0, 1 - $0] },
            classes: 2)

        let found = try Metric.named("ece").measure(rows, seed: 5)
        let exact = try #require(
            Bootstrap(seed: 5, replicates: 300).bca(count: 6_000) { picked in
                var bins = CalibrationBins()
                for row in picked { bins.add(confidence: confidences[row], isCorrect: isCorrect[row]) }
                return bins.expectedError
            })

        #expect(try isLike(found, exact, within: 0.15))
    }

    @Test("confusion metrics above 5,000 rows keep their value and the scale of their interval, alone and compared")
    func confusion() throws {
        var generator = SeededGenerator(seed: 8)
        let labels = (0..<6_000).map { $0 % 3 }
        let predictions = labels.map { generator.uniform() < 0.8 ? $0 : ($0 + 1) % 3 }
        let better = zip(labels, predictions).map { $0 != $1 && generator.uniform() < 0.3 ? $0 : $1 }
        let champion = try ScoredRows(labels: labels, predictions: predictions, classes: 3)
        let candidate = try ScoredRows(labels: labels, predictions: better, classes: 3)
        let metric = try Metric.named("f1")

        let alone = try metric.measure(champion, seed: 1)
        let comparison = try metric.compare(champion: champion, candidate: candidate, seed: 1)
        let paired = try #require(comparison.difference.interval)
        let accuracy = try #require(Metric.named("accuracy").measure(champion).interval)
        let discordant = try #require(Metric.named("accuracy").compare(champion: champion, candidate: candidate).difference.interval)

        #expect(isClose(alone.value, (0..<3).reduce(0) { $0 + ConfusionMatrix(champion).f1($1) } / 3))
        // Classes and errors are alike, so that macro F1 is close to accuracy.
        #expect(abs(try #require(alone.interval).width / accuracy.width - 1) < 0.1)
        #expect(abs(paired.width / discordant.width - 1) < 0.1)
        #expect(isClose(comparison.difference.value, comparison.candidate - comparison.champion))
    }

    @Test("the seed decides the interval of a large sample")
    func seed() {
        let losses = (0..<6_000).map { Double($0 % 17) }
        func interval(_ seed: UInt64) -> Estimate? { Bootstrap(seed: seed, replicates: 100).bca(columns: [losses]) { $0[0] / $1 } }

        #expect(interval(1) == interval(1))
        #expect(interval(1) != interval(2))
    }
}
