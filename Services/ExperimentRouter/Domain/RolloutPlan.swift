import Contracts

/// The stages that an experiment goes through before it is decided: `shadow`, and shares of traffic.
struct RolloutPlan: Sendable, Hashable {
    static let shadow = "shadow"
    static let champion = "champion"

    /// In order, without `champion`: that one is reached by a decision.
    let stages: [String]

    init(stages: [String]) { self.stages = stages }

    init(_ rollout: CapabilityManifest.Rollout) {
        stages = rollout.stages.compactMap { stage in
            if let share = stage.doubleValue { return Self.text(share) }
            return stage.stringValue == Self.shadow ? Self.shadow : nil
        }
    }

    /// The experiment at another of its stages. Other weights are a new phase, whose outcomes are counted anew; the same stage changes
    /// nothing. Throws when the rollout has no such stage.
    func moved(_ experiment: Experiment, to text: String) throws(Problem) -> Experiment {
        let stage = try stage(text)
        guard stage != experiment.stage else { return experiment }
        var moved = experiment
        moved.stage = stage
        moved.phase += 1
        moved.variants = Self.weighted(experiment.variants, at: stage)
        return moved
    }

    private func stage(_ text: String) throws(Problem) -> String {
        if text == Self.champion { throw Problem(.unprocessable, "The stage champion is reached by the decision promote.") }
        let share = Double(text)
        if let stage = stages.first(where: { $0 == text || (share != nil && Double($0) == share) }) { return stage }
        throw Problem(.unprocessable, errors: [FieldFault("stage", expected: "a stage of the rollout: " + stages.joined(separator: ", "))])
    }

    /// Control and challenger with their shares of the units at a stage. In the shadow stage every unit is the control's.
    static func weighted(_ variants: [ExperimentVariant], at stage: String) -> [ExperimentVariant] {
        let share = Double(stage) ?? 0
        return zip(variants, [1 - share, share]).map { variant, weight in
            ExperimentVariant(name: variant.name, version: variant.version, weight: weight)
        }
    }

    /// A share as experiments write it, as `0.25`.
    static func text(_ share: Double) -> String {
        String(decoding: JSONValue.number(share).canonical, as: UTF8.self)
    }
}
