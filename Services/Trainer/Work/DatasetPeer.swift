import Contracts
import MeshClient

/// What the trainer asks the dataset service.
struct DatasetPeer: Sendable {
    let client: MeshClient

    /// A version of a capability's dataset, the newest when no number is given.
    ///
    /// Throws ``JobFailure`` when there is none, and when the dataset is another team's: the trainer may read every dataset, a team not.
    func version(_ number: Int?, for manifest: CapabilityManifest) async throws -> DatasetVersion {
        let dataset = manifest.data.dataset
        do {
            let record: DatasetRecord = try await client.get(Path("v1", "dataset", "datasets", dataset))
            guard record.team == manifest.metadata.team else {
                throw JobFailure("Dataset \(dataset) belongs to team \(record.team), not to \(manifest.metadata.team).")
            }
            guard let wanted = number ?? record.latestVersion else {
                throw JobFailure("Dataset \(dataset) has no version yet: write rows to it first.")
            }
            return try await client.get(Path("v1", "dataset", "datasets", dataset, "versions", String(wanted)))
        } catch let error as ClientError where error.status == 404 {
            throw JobFailure("There is no dataset \(dataset)\(number.map { " with a version \($0)" } ?? "").")
        }
    }

    /// The version that a caller named, the newest when no number is given. Throws `unprocessable` when there is none.
    func asked(_ number: Int?, for manifest: CapabilityManifest) async throws -> DatasetVersion {
        do {
            return try await version(number, for: manifest)
        } catch let failure as JobFailure {
            throw Problem(.unprocessable, failure.description, errors: [FieldFault("dataset", expected: "a version with rows")])
        } catch is ClientError {
            throw Problem(.notReady, "The dataset service cannot be asked now.", retryAfter: 1)
        }
    }
}
