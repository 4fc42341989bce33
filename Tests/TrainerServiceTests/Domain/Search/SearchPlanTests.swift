import Contracts
import Testing

@testable import TrainerService

@Suite("What a search tries")
struct SearchPlanTests {
    private func asked(
        _ strategy: NewSearch.Strategy, _ space: [String: SearchRange], trials: Int? = nil, halving: NewSearch.Halving? = nil,
        recipe: String? = nil, seed: Int? = nil
    ) -> NewSearch {
        NewSearch(capability: "digits", recipe: recipe, strategy: strategy, space: space, trials: trials, halving: halving, seed: seed)
    }

    private func faults(_ asked: NewSearch) throws -> [String] {
        let manifest = try Digits.manifest()
        do {
            _ = try SearchPlan(asked, manifest: manifest)
            return []
        } catch {
            return (error.errors ?? []).map(\.field)
        }
    }

    @Test("a grid holds every combination once, on the scale that was asked for")
    func grid() throws {
        let space = [
            "l2": SearchRange(minimum: 0.01, maximum: 1, scale: .logarithmic, points: 3),
            "standardize": SearchRange(values: [true, false]),
        ]
        let plan = try SearchPlan(asked(.grid, space), manifest: try Digits.manifest())
        #expect(plan.combinations.count == 6)
        #expect(Set(plan.combinations).count == 6)
        let values = Set(plan.combinations.compactMap { $0["l2"]?.doubleValue }).sorted()
        #expect(zip(values, [0.01, 0.1, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(plan.metric == "accuracy")
        #expect(plan.seed == 7)
    }

    @Test(
        "trials of a grid are its first combinations, the last parameter fastest, and no more of it is ever made", .timeLimit(.minutes(1)))
    func firstOfGrid() throws {
        let space = [
            "l2": SearchRange(values: [1, 2]), "maximumIterations": SearchRange(values: [3, 4, 5]),
            "standardize": SearchRange(values: [true, false]),
        ]
        let first = try SearchPlan(asked(.grid, space, trials: 7), manifest: try Digits.manifest()).combinations
        let expected: [[String: JSONValue]] = [
            ["l2": 1, "maximumIterations": 3, "standardize": true], ["l2": 1, "maximumIterations": 3, "standardize": false],
            ["l2": 1, "maximumIterations": 4, "standardize": true], ["l2": 1, "maximumIterations": 4, "standardize": false],
            ["l2": 1, "maximumIterations": 5, "standardize": true], ["l2": 1, "maximumIterations": 5, "standardize": false],
            ["l2": 2, "maximumIterations": 3, "standardize": true],
        ]
        #expect(first == expected)

        // Ten thousand million combinations.
        let vast = Dictionary(uniqueKeysWithValues: "abcde".map { (String($0), SearchRange(minimum: 0, maximum: 1, points: 100)) })
        #expect(Set(try faults(asked(.grid, vast, trials: 1))) == Set("abcde".map { "space.\($0)" }))
    }

    @Test("drawn combinations follow from the seed, stay inside their bounds, and none comes twice")
    func random() throws {
        let space = [
            "l2": SearchRange(minimum: 0.001, maximum: 10, scale: .logarithmic),
            "maximumIterations": SearchRange(minimum: 1, maximum: 4, whole: true),
        ]
        let manifest = try Digits.manifest()
        let plan = try SearchPlan(asked(.random, space, trials: 50), manifest: manifest)
        #expect(plan.combinations.count == 50)
        #expect(Set(plan.combinations).count == 50)
        #expect(plan.combinations.allSatisfy { (0.001...10).contains($0["l2"]?.doubleValue ?? -1) })
        #expect(Set(plan.combinations.compactMap { $0["maximumIterations"]?.integerValue }) == [1, 2, 3, 4])
        // Half of a logarithmic scale lies below the geometric mean.
        let low = plan.combinations.count { ($0["l2"]?.doubleValue ?? 1) < 0.1 }
        #expect((10...40).contains(low))
        #expect(try SearchPlan(asked(.random, space, trials: 50), manifest: manifest).combinations == plan.combinations)
        #expect(try SearchPlan(asked(.random, space, trials: 50, seed: 8), manifest: manifest).combinations != plan.combinations)

        let few = ["standardize": SearchRange(values: [true, false])]
        #expect(try SearchPlan(asked(.random, few, trials: 50), manifest: manifest).combinations.count == 2)
    }

    @Test("the rungs of successive halving multiply the resource up to the maximum, and it replaces the parameter of that name")
    func rungs() throws {
        let halving = NewSearch.Halving(resource: "maximumIterations", minimum: 2, maximum: 50)
        let plan = try SearchPlan(
            asked(.asha, ["l2": SearchRange(minimum: 0, maximum: 1)], halving: halving), manifest: try Digits.manifest())
        #expect(plan.rungs == [2, 6, 18, 50])
        #expect(plan.parameters(of: 0, rung: 1)["maximumIterations"] == 6)
        #expect(plan.parameters(of: 0, rung: 1)["l2"] == plan.combinations[0]["l2"])
    }

    @Test("what cannot be searched is refused by the field")
    func refusals() throws {
        let l2 = SearchRange(minimum: 0, maximum: 1)
        #expect(try faults(asked(.random, [:])) == ["space"])
        #expect(try faults(asked(.random, ["nothing": l2])).first == "space.nothing")
        #expect(try faults(asked(.random, ["l2": SearchRange(minimum: -5, maximum: -1)])) == ["space.l2"])
        #expect(try faults(asked(.random, ["l2": SearchRange(minimum: 1, maximum: 1)])) == ["space.l2"])
        #expect(try faults(asked(.random, ["l2": SearchRange(minimum: 0, maximum: 1, scale: .logarithmic)])) == ["space.l2"])
        #expect(try faults(asked(.random, ["l2": SearchRange(values: [1, 1])])) == ["space.l2"])
        #expect(try faults(asked(.grid, ["l2": l2])) == ["space.l2"])
        #expect(try faults(asked(.random, ["l2": l2], trials: 501)) == ["trials"])
        #expect(try faults(asked(.asha, ["l2": l2])) == ["halving"])
        #expect(try faults(asked(.random, ["l2": l2], halving: .init(resource: "epochs", minimum: 1, maximum: 9))) == ["halving"])
        let wrong = NewSearch.Halving(resource: "nothing", minimum: 1, maximum: 9)
        #expect(try faults(asked(.asha, ["l2": l2], halving: wrong)) == ["halving.resource"])
        let many = [
            "l2": SearchRange(minimum: 0, maximum: 1, points: 100), "gradientTolerance": SearchRange(minimum: 0.1, maximum: 1, points: 9),
        ]
        #expect(try faults(asked(.grid, many)) == ["space"])
    }
}
