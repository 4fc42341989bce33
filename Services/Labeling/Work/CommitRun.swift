import Catalogue
import Contracts
import Foundation
import MeshClient

/// Turns settled labels into a dataset version, in three steps that each may be the last before a crash: the intent is stored, the
/// dataset service is asked under the intent's id, and the version is written down with its event.
struct CommitRun: Sendable {
    /// Refusals that one request waits for: each names some labels, which the next try leaves out.
    private static let mostRefusals = 20

    let store: CommitStore
    let qualities: AnswerQualityCache
    let dataset: DatasetPeer

    /// The dataset service named rows whose labels it does not take.
    private struct RefusedRows: ProblemConvertible {
        let rows: [String]
        let problem: Problem
    }

    /// Finishes what is pending, then commits what is settled. Throws `nothingToCommit` when there was neither.
    ///
    /// A label that is refused does not keep the others: they are committed without it, and it is tried again when no other waits.
    func commit(_ project: Project) async throws -> LabelCommit {
        var choice = CommitStore.Choice()
        var (last, refusal): (LabelCommit?, Problem?)
        let quality = try await qualities.quality(of: project.id)
        for _ in 0...Self.mostRefusals {
            do {
                if let pending = try await finishPending(of: project) { last = pending }
                let begun = try await store.begin(
                    project.id, dataset: project.capability.manifest.data.dataset, quality: quality, choice)
                if let begun { return try await finish(begun, capability: project.capability) }
                guard !choice.wasRefused, last == nil, refusal == nil else { break }
                choice.wasRefused = true
            } catch let error as RefusedRows {
                choice.without += error.rows
                refusal = error.problem
            }
        }
        // Another caller's commit of the same labels is on its way: its outcome is the answer.
        if let other = try await finishPending(of: project) { last = other }
        guard let last else { throw refusal ?? Problem(.nothingToCommit, "Project \(project.id) has no settled label that waits.") }
        return last
    }

    private func finishPending(of project: Project) async throws -> LabelCommit? {
        var last: LabelCommit?
        for pending in try await store.pending(of: project.id) { last = try await finish(pending, capability: project.capability) }
        return last
    }

    /// Asks the dataset service and writes down what it made. What it refuses for good is given up; anything else stays pending.
    func finish(_ pending: PendingCommit, capability: CatalogueCapability) async throws -> LabelCommit {
        do {
            let version = try await dataset.commit(pending, for: capability)
            return try await store.finish(pending, as: version, capability: capability.name)
        } catch let problem as Problem where problem.code == ProblemCode.forbidden.name {
            try await store.abandon(pending, refused: [:])
            throw problem
        } catch let error as ClientError {
            guard Self.isRefusal(error) else {
                throw Problem(.notReady, "The labels are kept and become a version when the dataset service is back.", retryAfter: 2)
            }
            let problem = Problem(peer: "dataset", error)
            let request = try WireJSON.decode(NewDatasetVersion.self, from: Data(pending.body.utf8))
            let refused = request.rows(named: error.problem?.errors ?? [])
            try await store.abandon(pending, refused: refused)
            if refused.isEmpty { throw problem }
            throw RefusedRows(rows: Array(refused.keys), problem: problem)
        }
    }

    /// Whether the same request can never succeed. A conflict, a limit or a lost right may pass.
    static func isRefusal(_ error: ClientError) -> Bool {
        [400, 404, 413, 415, 422].contains(error.status)
    }
}
