import Contracts
import Foundation

/// An experiment as it begins, and the stages it will go through.
struct ExperimentStart: Sendable, Hashable {
    static let longestName = 100

    let experiment: Experiment
    let plan: RolloutPlan

    /// What can be seen without the catalogue.
    static func check(_ asked: NewExperiment) throws(Problem) {
        var faults: [FieldFault] = []
        if !Names.isName(asked.capability) { faults.append(FieldFault("capability", expected: Names.expectation)) }
        if !(1...longestName).contains(asked.name.utf8.count) {
            faults.append(FieldFault("name", expected: "1 to \(longestName) bytes of text"))
        }
        if asked.challenger < 1 { faults.append(FieldFault("challenger", expected: "the number of a version")) }
        if let kpi = asked.kpi, kpi.isEmpty { faults.append(FieldFault("kpi", expected: "the name of a KPI")) }
        if !faults.isEmpty { throw Problem(.invalidField, errors: faults) }
    }

    /// The champion against the challenger, at the first stage of the manifest's rollout.
    init(
        _ asked: NewExperiment, manifest: CapabilityManifest, champion: Int?, challenger: Int, id: String, at time: Date
    ) throws(Problem) {
        guard let champion else { throw Problem(.noChampion, "Capability \(asked.capability) has no champion to compare with.") }
        guard champion != challenger else {
            throw Problem(.unprocessable, errors: [FieldFault("challenger", expected: "a version that is not the champion already")])
        }
        guard let rollout = manifest.rollout else {
            throw Problem(.unprocessable, "The manifest of \(asked.capability) declares no rollout: its stages, KPI and unit.")
        }
        plan = RolloutPlan(rollout)
        guard let stage = plan.stages.first else {
            throw Problem(.unprocessable, "The rollout of \(asked.capability) has no stage before champion.")
        }
        let arms = [
            ExperimentVariant(name: "control", version: champion, weight: 1),
            ExperimentVariant(name: "challenger", version: challenger, weight: 0),
        ]
        experiment = Experiment(
            id: id, capability: asked.capability, name: asked.name, state: .running, stage: stage, phase: 1,
            variants: RolloutPlan.weighted(arms, at: stage), kpi: asked.kpi ?? rollout.kpi, guardrails: rollout.guardrails ?? [],
            unit: rollout.unit, salt: "experiment:" + id, createdAt: time)
    }
}
