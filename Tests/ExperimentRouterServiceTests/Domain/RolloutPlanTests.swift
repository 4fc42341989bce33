import Contracts
import Foundation
import Testing

@testable import ExperimentRouterService

@Suite("Stages of a rollout")
struct RolloutPlanTests {
    let plan = RolloutPlan(stages: ["shadow", "0.05", "0.5"])

    @Test("a change of weights starts a phase; the same stage changes nothing")
    func phases() throws {
        let start = Experiment.sample(stage: "shadow")
        let half = try plan.moved(start, to: "0.5")

        #expect(half.phase == 2)
        #expect(half.variants.map(\.weight) == [0.5, 0.5])
        #expect(try plan.moved(half, to: "0.50") == half)
        #expect(try plan.moved(half, to: "shadow").variants.map(\.weight) == [1, 0])
        #expect(try plan.moved(half, to: "shadow").phase == 3)
    }

    @Test("a stage that the rollout lacks is refused by name", arguments: ["0.3", "", "nan", "-0.5", "half", "Shadow", "champion"])
    func unknown(stage: String) {
        let refusal = #expect(throws: Problem.self) { try plan.moved(.sample(stage: "shadow"), to: stage) }

        #expect(refusal?.status == 422)
    }

    @Test("the manifest's numbers become stages as they are written")
    func fromManifest() throws {
        let rollout = try #require(try SampleCapability.manifest().rollout)

        #expect(RolloutPlan(rollout).stages == ["shadow", "0.05", "0.25", "0.5"])
    }

    @Test("an experiment needs a champion, another challenger, and a rollout")
    func start() throws {
        let manifest = try SampleCapability.manifest()
        let asked = NewExperiment(capability: "digits", name: "n", challenger: 2)
        var bare = manifest
        bare.rollout = nil

        let start = try ExperimentStart(asked, manifest: manifest, champion: 1, challenger: 2, id: "x", at: .now)
        #expect(start.experiment.stage == "shadow")
        #expect(start.experiment.variants.map(\.version) == [1, 2])
        #expect(start.experiment.kpi == "correct")
        func refusal(_ manifest: CapabilityManifest, champion: Int?) -> Problem? {
            #expect(throws: Problem.self) {
                try ExperimentStart(asked, manifest: manifest, champion: champion, challenger: 2, id: "x", at: .now)
            }
        }
        #expect(refusal(manifest, champion: nil)?.code == "router.no_champion")
        #expect(refusal(manifest, champion: 2)?.errors?.first?.field == "challenger")
        #expect(refusal(bare, champion: 1)?.status == 422)
    }
}
