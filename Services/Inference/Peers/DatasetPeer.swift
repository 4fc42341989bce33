import Contracts
import MeshClient

/// What inference asks the dataset service.
struct DatasetPeer: Sendable {
    let client: MeshClient

    /// A version of a dataset, the newest when no number is given. Throws `datasetUnknown` or `datasetVersionUnknown`, and `forbidden` when
    /// the dataset is of none of these teams: inference may read every dataset, a team not.
    func version(_ number: Int?, of dataset: String, teams: Set<String>) async throws -> DatasetVersion {
        let record = try await record(dataset)
        guard teams.contains(record.team) else {
            throw Problem(
                .forbidden, "Dataset \(dataset) belongs to team \(record.team): name one of \(teams.sorted().joined(separator: " or ")).")
        }
        guard let wanted = number ?? record.latestVersion else {
            throw Problem(.datasetVersionUnknown, "Dataset \(dataset) has no version yet: write rows to it first.")
        }
        do {
            return try await client.get(Path("v1", "dataset", "datasets", dataset, "versions", String(wanted)))
        } catch let error as ClientError where error.status == 404 {
            throw Problem(.datasetVersionUnknown, "Dataset \(dataset) has no version \(wanted).")
        } catch let error as ClientError {
            throw Self.away(error)
        }
    }

    private func record(_ dataset: String) async throws -> DatasetRecord {
        do {
            return try await client.get(Path("v1", "dataset", "datasets", dataset))
        } catch let error as ClientError where error.status == 404 {
            throw Problem(.datasetUnknown, "There is no dataset \(dataset).")
        } catch let error as ClientError {
            throw Self.away(error)
        }
    }

    /// The caller may come again: what it asked for is not wrong.
    private static func away(_ error: ClientError) -> Problem {
        Problem(.notReady, "The dataset service did not answer as expected.", retryAfter: 1)
    }
}
