import Statistics
import Testing

@Suite("Calibration")
struct CalibrationTests {
    private func rows(_ count: Int, gap: Double, _ generator: inout SeededGenerator) throws -> ScoredRows {
        let confidences = (0..<count).map { _ in 0.5 + generator.uniform() / 2 }
        return try ScoredRows(
            labels: confidences.map { generator.uniform() < $0 - gap ? 0 : 1 }, predictions: confidences.map { _ in 0 },
            probabilities: confidences.flatMap { [$0, 1 - $0] }, classes: 2)
    }

    @Test("both tests agree with numpy and scipy")
    func vectors() throws {
        let given = try MetricVectors.read().calibration

        let test = try CalibrationTest(confidences: given.confidences, isCorrect: given.isCorrect)

        #expect(isClose(test.spiegelhalter, given.spiegelhalter) && isClose(test.spiegelhalterPValue, given.spiegelhalterPValue))
        #expect(isClose(test.chiSquared, given.chiSquared) && test.degrees == given.degrees)
        #expect(isClose(test.chiSquaredPValue, given.chiSquaredPValue))
    }

    @Test("a calibrated model is rejected about one time in twenty, a gap of 0.1 nearly always")
    func rates() throws {
        func rejected(gap: Double) throws -> (z: Int, chiSquared: Int) {
            var generator = SeededGenerator(seed: 1)
            let tests = try (0..<300).map { _ in try CalibrationTest(rows(300, gap: gap, &generator)) }
            return (tests.count { $0.spiegelhalterPValue < 0.05 }, tests.count { $0.chiSquaredPValue < 0.05 })
        }

        let calibrated = try rejected(gap: 0)
        let off = try rejected(gap: 0.1)

        // 15 expected of 300: within three standard errors (11).
        #expect(abs(calibrated.z - 15) <= 11 && abs(calibrated.chiSquared - 15) <= 11)
        #expect(off.z > 200 && off.chiSquared > 200)
    }

    @Test("the debiased error of a calibrated model is near 0 where the plug-in error is not")
    func bias() throws {
        var generator = SeededGenerator(seed: 3)
        let samples = try (0..<100).map { _ in try rows(400, gap: 0, &generator) }
        let debiased = try samples.map { try CalibrationReport.debiasedError($0) }
        let report = try CalibrationReport(samples[0])

        // 8 bins of 50 rows: E|N(0, s)| sums to about 0.045 without any gap.
        #expect(debiased.reduce(0) { $0 + $1.value } / 100 < 0.02)
        #expect(debiased.count { $0.interval?.lower == 0 } > 93)
        #expect(report.expectedError.value > 0.02 && isClose(report.bias, report.expectedError.value - report.debiased.value))
    }

    /// A gap in every bin, or in the bins above 0.8 alone.
    @Test(
        "the interval of the debiased error covers the true error, in all bins or in a few", arguments: [0.0, 0.05, 0.15], [false, true])
    func coverage(gap: Double, isInFewBins: Bool) throws {
        var generator = SeededGenerator(seed: 4)
        let truth = isInFewBins ? 0.4 * gap : gap
        var tooLow = 0
        let covered = try (0..<800).count { _ in
            let confidences = (0..<600).map { _ in 0.5 + generator.uniform() / 2 }
            let labels = confidences.map { generator.uniform() < $0 - ($0 > 0.8 || !isInFewBins ? gap : 0) ? 0 : 1 }
            let rows = try ScoredRows(
                labels: labels, predictions: labels.map { _ in 0 }, probabilities: confidences.flatMap { [$0, 1 - $0] }, classes: 2)
            let interval = try #require(try CalibrationReport.debiasedError(rows).interval)
            tooLow += interval.upper < truth ? 1 : 0
            return interval.contains(truth)
        }

        // At least its level, as it is made for: the spread of the error over bins is not known.
        #expect(Double(covered) / 800 >= 0.93)
        // A test asks for an error of at most a bound, so that the upper end counts by itself: 2.5 % and three standard errors.
        #expect(Double(tooLow) / 800 <= 0.025 + 3 * (0.025 * 0.975 / 800).squareRoot())
    }
}
