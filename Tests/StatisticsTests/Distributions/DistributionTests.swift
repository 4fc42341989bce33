import Statistics
import Testing

/// Expected numbers: scipy 1.17.1 (special.gammainc, gammaincc, betainc, gammaln; stats.norm, beta, gamma, t, chi2).
@Suite("Distributions")
struct DistributionTests {
    @Test(
        "the incomplete gamma function agrees with scipy",
        arguments: [
            (0.5, 0.1, 0.34527915398142317), (2, 3, 0.8008517265285442), (50, 40, 0.07033506665939494), (1000, 1010, 0.6276789447369947),
        ] as [(Double, Double, Double)])
    func gammaLower(a: Double, x: Double, expected: Double) {
        #expect(isRelativelyClose(SpecialFunctions.regularizedGammaLower(a, x), expected, within: 1e-11))
        #expect(isClose(SpecialFunctions.regularizedGammaUpper(a, x), 1 - expected, within: 1e-11))
    }

    @Test(
        "the upper tail is exact where it is tiny",
        arguments: [
            (0.5, 30, 9.485737571073857e-15), (3.0, 50, 2.509303552201055e-19),
        ] as [(Double, Double, Double)])
    func gammaUpper(a: Double, x: Double, expected: Double) {
        #expect(isRelativelyClose(SpecialFunctions.regularizedGammaUpper(a, x), expected, within: 1e-11))
    }

    @Test(
        "the incomplete beta function agrees with scipy",
        arguments: [
            (0.5, 0.5, 0.2, 0.2951672353008665), (2, 3, 0.4, 0.5248), (100, 120, 0.5, 0.9117960627949818),
            (100_000, 100_000, 0.501, 0.8144532554424423),
        ] as [(Double, Double, Double, Double)])
    func incompleteBeta(a: Double, b: Double, x: Double, expected: Double) {
        #expect(isRelativelyClose(SpecialFunctions.regularizedBeta(x, a, b), expected, within: 1e-9))
        #expect(isClose(SpecialFunctions.regularizedBeta(1 - x, b, a), 1 - expected, within: 1e-9))
    }

    @Test(
        "ln gamma agrees with scipy",
        arguments: [
            (0.1, 2.252712651734206), (0.5, 0.5723649429247), (3.7, 1.428072326665388), (12, 17.502307845873887),
            (100.5, 361.43554046777757), (1e6, 12_815_504.569147611),
        ] as [(Double, Double)])
    func logGamma(x: Double, expected: Double) {
        #expect(isRelativelyClose(SpecialFunctions.logGamma(x), expected, within: 1e-13))
    }

    @Test(
        "the normal quantile agrees with scipy and inverts the distribution",
        arguments: [
            (1e-300, -37.0470962993612), (1e-10, -6.361340902404056), (0.025, -1.9599639845400545), (0.3, -0.5244005127080409),
            (0.975, 1.959963984540054), (0.9999, 3.719016485455709),
        ] as [(Double, Double)])
    func normal(probability: Double, expected: Double) {
        let standard = NormalDistribution()

        #expect(isRelativelyClose(standard.quantile(probability), expected, within: 1e-14))
        #expect(isRelativelyClose(standard.cumulative(expected), probability, within: 1e-12))
    }

    @Test(
        "beta quantiles agree with scipy",
        arguments: [
            (0.025, 2, 3, 0.06758598648854294), (0.975, 50, 1, 0.9994937720169592), (0.5, 0.3, 0.4, 0.3431703984215374),
        ] as [(Double, Double, Double, Double)])
    func betaQuantile(probability: Double, a: Double, b: Double, expected: Double) {
        #expect(isRelativelyClose(BetaDistribution(a, b).quantile(probability), expected, within: 1e-10))
    }

    @Test(
        "gamma quantiles agree with scipy and scale",
        arguments: [
            (0.025, 2, 0.24220927854396496), (0.975, 50, 64.7805985929183), (0.5, 0.3, 0.07313113586695198),
        ] as [(Double, Double, Double)])
    func gammaQuantile(probability: Double, shape: Double, expected: Double) {
        #expect(isRelativelyClose(GammaDistribution(shape: shape).quantile(probability), expected, within: 1e-10))
        #expect(isRelativelyClose(GammaDistribution(shape: shape, scale: 3).quantile(probability), 3 * expected, within: 1e-10))
    }

    @Test(
        "Student quantiles agree with scipy",
        arguments: [
            (0.975, 1, 12.706204736174694), (0.975, 10.5, 2.2138402929187886), (0.01, 200, -2.3451370822594684),
        ] as [(Double, Double, Double)])
    func studentQuantile(probability: Double, degrees: Double, expected: Double) {
        #expect(isRelativelyClose(StudentDistribution(degrees: degrees).quantile(probability), expected, within: 1e-10))
    }

    @Test("tails of Student and chi-squared agree with scipy")
    func tails() {
        #expect(isRelativelyClose(StudentDistribution(degrees: 7).cumulative(-2.3), 0.027495547602185796, within: 1e-10))
        #expect(isRelativelyClose(ChiSquaredDistribution(degrees: 1).upperTail(3.84), 0.05004352124870519, within: 1e-10))
        #expect(isRelativelyClose(ChiSquaredDistribution(degrees: 10).upperTail(100), 5.4497019829205215e-17, within: 1e-10))
    }
}
