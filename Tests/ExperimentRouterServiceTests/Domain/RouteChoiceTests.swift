import Contracts
import Foundation
import Testing

@testable import ExperimentRouterService

@Suite("Assignment")
struct RouteChoiceTests {
    static let units = (0..<4_000).map { "user-\($0)" }

    static func challengers(stage: String, salt: String = "salt") -> Set<String> {
        let experiment = Experiment.sample(stage: stage, salt: salt)
        return Set(units.filter { RouteChoice.choose(champion: 1, experiment: experiment, unit: $0).version == 2 })
    }

    @Test("a unit gets the same arm whenever it is asked for, in whatever phase")
    func sticky() {
        for unit in Self.units.prefix(500) {
            let arms = (1...3).map { RouteChoice.arm(of: unit, in: .sample(stage: "0.25", phase: $0))?.name }

            #expect(Set(arms).count == 1)
        }
    }

    @Test("a share that grows moves nobody back; one that shrinks keeps a part of who was there")
    func monotone() {
        let stages = ["0.05", "0.1", "0.25", "0.5", "0.75", "0.99"].map { Self.challengers(stage: $0) }

        for (smaller, larger) in zip(stages, stages.dropFirst()) { #expect(smaller.isStrictSubset(of: larger)) }
    }

    @Test("the challenger gets its share of units", arguments: ["0.05", "0.25", "0.5"])
    func share(stage: String) throws {
        let share = try #require(Double(stage))
        let expected = share * Double(Self.units.count)
        let deviation = (expected * (1 - share)).squareRoot()

        // Five standard deviations: once in a million salts.
        #expect(abs(Double(Self.challengers(stage: stage).count) - expected) < 5 * deviation)
    }

    @Test("two experiments assign independently")
    func independent() {
        let first = Self.challengers(stage: "0.5", salt: "a")
        let both = first.intersection(Self.challengers(stage: "0.5", salt: "b"))

        #expect(abs(Double(both.count) - 1_000) < 5 * (1_000.0 * 0.75).squareRoot())
    }

    @Test("a share is that many buckets, whatever binary fractions make of it", arguments: [0.05, 0.07, 0.29, 0.57, 0.0001])
    func buckets(share: Double) {
        #expect(Double(RouteChoice.buckets(share)) == (share * 10_000).rounded())
    }

    @Test("a request without a unit gets the champion and counts for nothing")
    func noUnit() {
        #expect(RouteChoice.choose(champion: 7, experiment: .sample(stage: "0.5"), unit: nil) == RouteChoice(version: 7))
    }

    @Test("in the shadow stage everybody gets the champion, and the challenger a copy")
    func shadow() {
        let choice = RouteChoice.choose(champion: 7, experiment: .sample(stage: "shadow"), unit: "u")

        #expect(choice.version == 7)
        #expect(choice.exposure == nil)
        #expect(choice.mirror?.version == 2)
    }

    @Test("an exposure names the experiment, the phase and the arm")
    func exposure() throws {
        let choice = RouteChoice.choose(champion: 1, experiment: .sample(stage: "0.5", phase: 4), unit: "u")
        let exposure = try #require(choice.exposure)

        #expect(exposure.experiment == "e1")
        #expect(exposure.phase == 4)
        #expect(exposure.unit == "u")
        #expect(exposure.variant == (choice.version == 2 ? "challenger" : "control"))
    }
}
