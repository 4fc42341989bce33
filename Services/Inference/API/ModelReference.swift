import Catalogue
import Contracts

/// Finds what a request means: the capability, and the version that a number or an alias names.
enum ModelReference {
    static func resolve(
        _ model: String, version reference: String?, team: String, isService: Bool, in catalogue: Catalogue
    ) throws(Problem) -> (capability: CatalogueCapability, version: ModelVersion) {
        let capability = try capability(model, team: team, isService: isService, in: catalogue)
        if let reference, !reference.isEmpty {
            guard let version = capability.version(reference) else {
                throw Problem(.versionUnknown, "Model \(model) has no version \(reference).")
            }
            return (capability, version)
        }
        guard let champion = capability.champion else {
            throw Problem(.versionUnknown, "Model \(model) has no champion yet: name a version.")
        }
        return (capability, champion)
    }

    static func capability(
        _ model: String, team: String, isService: Bool, in catalogue: Catalogue
    ) throws(Problem) -> CatalogueCapability {
        guard let capability = catalogue.capability(model) else { throw Problem(.capabilityUnknown, "There is no model \(model).") }
        guard isService || capability.admits(team: team) else {
            throw Problem(
                .forbidden,
                "Team \(team) may not call \(model): ask team \(capability.team) to list it under access.callers of the manifest.")
        }
        return capability
    }
}
