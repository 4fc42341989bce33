import Contracts
import MeshClient

extension DatasetPeer {
    /// The newest version of a dataset of the team. Throws ``JobFailure`` when there is none, and when the dataset is another team's.
    func newest(_ dataset: String, team: String) async throws -> DatasetVersion {
        do {
            let record: DatasetRecord = try await client.get(Path("v1", "dataset", "datasets", dataset))
            guard record.team == team else {
                throw JobFailure("Dataset \(dataset) belongs to team \(record.team), not to \(team).")
            }
            guard let newest = record.latestVersion else {
                throw JobFailure("Dataset \(dataset) has no version yet: write rows to it first.")
            }
            return try await client.get(Path("v1", "dataset", "datasets", dataset, "versions", String(newest)))
        } catch let error as ClientError where error.status == 404 {
            throw JobFailure("There is no dataset \(dataset).")
        }
    }
}
