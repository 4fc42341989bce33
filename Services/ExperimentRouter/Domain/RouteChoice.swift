import Contracts

/// Where one request goes.
struct RouteChoice: Sendable, Hashable {
    /// Version whose answer the client gets.
    let version: Int
    /// Set when the request counts for an experiment.
    var exposure: Exposure?
    /// Set when a copy of the request goes to a challenger whose answer nobody waits for.
    var mirror: Mirror?

    struct Exposure: Sendable, Hashable {
        let experiment: String
        let phase: Int
        let variant: String
        let unit: String
    }

    struct Mirror: Sendable, Hashable {
        let experiment: String
        let variant: String
        let version: Int
        let unit: String?
    }

    /// Decides by the champion and the experiment that runs.
    ///
    /// A request without a unit gets the champion and counts for nothing, since it could not be assigned for good.
    static func choose(champion: Int, experiment: Experiment?, unit: String?) -> RouteChoice {
        guard let experiment, experiment.variants.count == 2 else { return RouteChoice(version: champion) }
        if experiment.stage == RolloutPlan.shadow {
            let challenger = experiment.variants[1]
            return RouteChoice(
                version: champion,
                mirror: Mirror(experiment: experiment.id, variant: challenger.name, version: challenger.version, unit: unit))
        }
        guard let unit, let arm = arm(of: unit, in: experiment) else { return RouteChoice(version: champion) }
        return RouteChoice(
            version: arm.version,
            exposure: Exposure(experiment: experiment.id, phase: experiment.phase, variant: arm.name, unit: unit))
    }

    /// The arm of a unit; nil in a stage without shares.
    ///
    /// The challenger has the buckets from 0 up to its share: a share that grows moves no unit back, and nobody moves within it.
    static func arm(of unit: String, in experiment: Experiment) -> ExperimentVariant? {
        guard experiment.variants.count == 2, let share = Double(experiment.stage) else { return nil }
        return experiment.variants[Bucket.of(unit, salt: experiment.salt) < buckets(share) ? 1 : 0]
    }

    /// How many buckets a share is.
    static func buckets(_ share: Double) -> Int {
        Int((share * Double(Bucket.count)).rounded())
    }
}
