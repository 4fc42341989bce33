import Contracts
import MeshClient

/// What the trainer asks the dataset service.
struct DatasetPeer: Sendable {
    let client: MeshClient

    /// A version of a dataset, the newest when no number is given. Throws ``JobFailure`` when there is none.
    func version(_ number: Int?, of dataset: String) async throws -> DatasetVersion {
        do {
            let wanted = try await number == nil ? newest(dataset) : number
            guard let wanted else { throw JobFailure("Dataset \(dataset) has no version yet: write rows to it first.") }
            return try await client.get(Path("v1", "dataset", "datasets", dataset, "versions", String(wanted)))
        } catch let error as ClientError where error.status == 404 {
            throw JobFailure("There is no dataset \(dataset)\(number.map { " with a version \($0)" } ?? "").")
        }
    }

    private func newest(_ dataset: String) async throws -> Int? {
        try await client.get(Path("v1", "dataset", "datasets", dataset), as: DatasetRecord.self).latestVersion
    }
}
