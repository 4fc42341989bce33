import Catalogue
import Contracts

/// Where one request goes.
struct RouteChoice: Sendable, Hashable {
    /// Version whose answer the client gets.
    let version: Int
    /// Set when the request counts for an experiment.
    let exposure: Exposure?

    struct Exposure: Sendable, Hashable {
        let experiment: String
        let phase: Int
        let variant: String
        let unit: String
    }

    /// Decides by the path's version, the champion, and the experiment that runs.
    ///
    /// A request that names a version gets it and counts for nothing. One without a unit gets the champion and counts for nothing, since
    /// it could not be assigned for good. A unit's bucket is compared with the challenger's share: a share that grows moves nobody back.
    static func choose(
        _ capability: CatalogueCapability, version reference: String, unit: String?, experiment: Experiment?
    ) throws(Problem) -> RouteChoice {
        if !reference.isEmpty {
            guard let version = capability.version(reference) else {
                throw Problem(.versionUnknown, "Model \(capability.name) has no version \(reference).")
            }
            return RouteChoice(version: version.version, exposure: nil)
        }
        guard let champion = capability.champion?.version else {
            throw Problem(.versionUnknown, "Model \(capability.name) has no champion yet: name a version.")
        }
        guard let experiment, let unit, experiment.variants.count == 2, let share = Double(experiment.stage) else {
            return RouteChoice(version: champion, exposure: nil)
        }
        let isChallenger = Double(Bucket.of(unit, salt: experiment.salt)) < share * Double(Bucket.count)
        let arm = experiment.variants[isChallenger ? 1 : 0]
        return RouteChoice(
            version: arm.version,
            exposure: Exposure(experiment: experiment.id, phase: experiment.phase, variant: arm.name, unit: unit))
    }
}
