import Catalogue
import Contracts
import HTTPService

/// Which capability a dataset belongs to.
struct CapabilityDirectory: Sendable {
    /// How long a capability that was applied a moment ago is waited for.
    private static let patience: Duration = .seconds(1)

    let catalogue: Catalogue

    /// The manifest that applies to a dataset: of the capability it was made for, else of the one that names it; nil when there is none.
    func manifest(of record: DatasetRecord) -> CapabilityManifest? {
        if let name = record.capability { return catalogue.capability(name)?.manifest }
        let claiming = catalogue.capabilities.values.filter { $0.manifest.data.dataset == record.name && $0.team == record.team }
        return claiming.min { $0.name < $1.name }?.manifest
    }

    /// The same for a writer: rows are never checked and split by other rules because this instance has not heard of the capability yet.
    func rules(of record: DatasetRecord) async throws -> CapabilityManifest? {
        guard let name = record.capability else { return manifest(of: record) }
        guard let found = try? await catalogue.capability(name, within: Self.patience) else {
            throw Problem(.notReady, "The capability \(name) has not reached this instance yet.", retryAfter: 1)
        }
        return found.manifest
    }

    /// Refuses a capability that is not there or of another team.
    func check(_ asked: NewDataset) async throws {
        guard let name = asked.capability else { return }
        guard let found = try? await catalogue.capability(name, within: Self.patience) else {
            throw Problem(.unprocessable, errors: [FieldFault("capability", expected: "the name of a capability that was applied")])
        }
        guard found.team == asked.team else {
            throw Problem(.unprocessable, errors: [FieldFault("capability", expected: "a capability of team \(asked.team)")])
        }
    }
}
