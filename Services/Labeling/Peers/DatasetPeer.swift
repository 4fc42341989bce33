import Catalogue
import Contracts
import MeshClient
import Observability

/// The dataset service as labeling calls it.
struct DatasetPeer: Sendable {
    /// A commit may write many rows; nobody waits for it in a browser.
    private static let commitDeadline = Duration.seconds(60)

    let client: MeshClient

    /// Rows of the newest version of a capability's dataset, page after page in a random order; nil when there is no version yet.
    ///
    /// Throws `forbidden` when the dataset is not of the capability's team.
    ///
    /// - Parameter seed: makes the order.
    func walk(_ capability: CatalogueCapability, _ part: DatasetPart, seed: UInt64) async throws -> RowWalk? {
        let name = capability.manifest.data.dataset
        let found = try await translated(name) { try await record(of: name, for: capability) }
        guard let version = found.latestVersion else { return nil }
        return RowWalk(
            client: client, path: Path("v1", "dataset", "datasets", name, "versions", String(version), "rows"),
            query: part.query + [("sample", String(seed)), ("limit", String(DatasetPart.pageSize(of: capability.manifest.interface)))])
    }

    /// Makes the version that a commit asks for. The commit's id is the idempotency key: asking again gives the same version.
    ///
    /// Throws `forbidden` when the dataset is not of the capability's team.
    func commit(_ commit: PendingCommit, for capability: CatalogueCapability) async throws -> DatasetReference {
        _ = try await record(of: commit.dataset, for: capability)
        let request = ClientRequest(
            "POST", Path("v1", "dataset", "datasets", commit.dataset, "versions"), headers: [("content-type", "application/json")],
            body: Array(commit.body.utf8), idempotencyKey: commit.id, deadline: .after(Self.commitDeadline))
        let version = try await client.call(request, as: DatasetVersion.self)
        return DatasetReference(name: version.dataset, version: version.number, id: version.id)
    }

    private func record(of dataset: String, for capability: CatalogueCapability) async throws -> DatasetRecord {
        let record: DatasetRecord = try await client.get(Path("v1", "dataset", "datasets", dataset))
        try capability.requireOwn(record)
        return record
    }

    private func translated<T>(_ dataset: String, _ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let error as ClientError {
            guard error.status == 404 else { throw Problem(peer: "dataset", error) }
            throw Problem(.unprocessable, "There is no dataset \(dataset) yet: ingest rows first.")
        }
    }
}

extension Problem {
    /// What a caller is told when another service did not do its part.
    init(peer: String, _ error: ClientError) {
        switch error.kind {
        case .timeout: self.init(.deadlineExceeded, "The \(peer) service did not answer in time.")
        case .refused(let status, let problem) where (400..<500).contains(status) && ![401, 403, 408, 409, 429].contains(status):
            let reasons = (problem?.errors ?? []).prefix(5).map { "\($0.field): \($0.expected)" }.joined(separator: "; ")
            let sentence = problem?.detail ?? problem?.title ?? "no reason given"
            self.init(.unprocessable, "The \(peer) service refused: \(sentence)\(reasons.isEmpty ? "" : " (\(reasons))")")
        default: self.init(.notReady, "The \(peer) service is not there.", retryAfter: 1)
        }
    }
}
