import Catalogue
import Contracts
import MeshClient

/// Turns settled labels into a dataset version, in three steps that each may be the last before a crash: the intent is stored, the
/// dataset service is asked under the intent's id, and the version is written down with its event.
struct CommitRun: Sendable {
    let store: CommitStore
    let qualities: AnswerQualityCache
    let dataset: DatasetPeer

    /// Finishes what is pending, then commits what is settled. Throws `nothingToCommit` when there was neither.
    func commit(_ project: Project) async throws -> LabelCommit {
        var last: LabelCommit?
        for pending in try await store.pending(of: project.id) {
            last = try await finish(pending, capability: project.capability.name)
        }
        let quality = try await qualities.quality(of: project.id)
        let dataset = project.capability.manifest.data.dataset
        if let begun = try await store.begin(project.id, dataset: dataset, quality: quality) {
            return try await finish(begun, capability: project.capability.name)
        }
        // Another caller's commit of the same labels is on its way: its outcome is the answer.
        for pending in try await store.pending(of: project.id) {
            last = try await finish(pending, capability: project.capability.name)
        }
        guard let last else { throw Problem(.nothingToCommit, "Project \(project.id) has no settled label that waits.") }
        return last
    }

    /// Asks the dataset service and writes down what it made. What it refuses for good is given up; anything else stays pending.
    func finish(_ pending: PendingCommit, capability: String?) async throws -> LabelCommit {
        do {
            let version = try await dataset.commit(pending)
            return try await store.finish(pending, as: version, capability: capability)
        } catch let error as ClientError {
            guard Self.isRefusal(error) else {
                throw Problem(.notReady, "The labels are kept and become a version when the dataset service is back.", retryAfter: 2)
            }
            try await store.abandon(pending)
            throw Problem(peer: "dataset", error)
        }
    }

    /// Whether the same request can never succeed. A conflict, a limit or a lost right may pass.
    static func isRefusal(_ error: ClientError) -> Bool {
        [400, 404, 413, 415, 422].contains(error.status)
    }
}
