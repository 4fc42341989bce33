import Contracts
import MeshClient
import Observability

/// The dataset service as labeling calls it.
struct DatasetPeer: Sendable {
    /// Rows on one page, the most that a listing gives.
    private static let pageSize = 200
    /// Most rows that a request looks at.
    static let mostRows = 100_000
    /// A commit may write many rows; nobody waits for it in a browser.
    private static let commitDeadline = Duration.seconds(60)

    let client: MeshClient

    /// The rows of a dataset's newest version; none when there is no version yet.
    func rows(of dataset: String) async throws -> [DatasetRow] {
        let record: DatasetRecord = try await translated(dataset) {
            try await client.get(Path("v1", "dataset", "datasets", dataset))
        }
        guard let version = record.latestVersion else { return [] }
        let path = Path("v1", "dataset", "datasets", dataset, "versions", String(version), "rows")
        var rows: [DatasetRow] = []
        var cursor: String?
        repeat {
            let query = [("limit", String(Self.pageSize))] + (cursor.map { [("page", $0)] } ?? [])
            let page: Page<DatasetRow> = try await translated(dataset) { try await client.get(path, query: query) }
            rows += page.items
            cursor = page.nextPage
        } while cursor != nil && rows.count < Self.mostRows
        return rows
    }

    /// Makes the version that a commit asks for. The commit's id is the idempotency key: asking again gives the same version.
    func commit(_ commit: PendingCommit) async throws -> DatasetReference {
        let request = ClientRequest(
            "POST", Path("v1", "dataset", "datasets", commit.dataset, "versions"), headers: [("content-type", "application/json")],
            body: Array(commit.body.utf8), idempotencyKey: commit.id, deadline: .after(Self.commitDeadline))
        let version = try await client.call(request, as: DatasetVersion.self)
        return DatasetReference(name: version.dataset, version: version.number, id: version.id)
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
