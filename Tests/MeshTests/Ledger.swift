import Contracts
import Foundation
import MeshClient
import Synchronization

/// Everything that the mesh acknowledged to its callers, as they heard it.
final class Ledger: Sendable {
    struct Entries: Sendable {
        /// Id, and `task labeler`.
        var annotations: [String: String] = [:]
        var runs: Set<String> = []
        var datasetVersions: Set<Int> = []
        /// `champion 3`, in order.
        var aliases: [String] = []
        var experiments: Set<String> = []
        var predictions: Set<String> = []
        var feedback: Set<String> = []
    }

    private let state = Mutex(Entries())

    var entries: Entries { state.withLock { $0 } }

    /// Notes an answered request; what was refused is no promise.
    func note(_ request: ClientRequest, _ answer: ClientResponse) {
        guard answer.isSuccess, request.method != "GET" else { return }
        let path = "\(request.path)".split(separator: "/").map(String.init)
        state.withLock { Self.note(path, request, answer, &$0) }
    }

    private static func note(_ path: [String], _ request: ClientRequest, _ answer: ClientResponse, _ entries: inout Entries) {
        switch (path.first, path.last) {
        case (_, "annotations"):
            if let made = try? answer.decode(Annotation.self) { entries.annotations[made.id] = "\(made.task) \(made.labeler)" }
        case (_, "runs"):
            if let run = try? answer.decode(TrainingRun.self) { entries.runs.insert(run.id) }
        case (_, "imports"):
            if let version = try? answer.decode(DatasetVersion.self) { entries.datasetVersions.insert(version.number) }
        case (_, "commits"):
            if let commit = try? answer.decode(LabelCommit.self) { entries.datasetVersions.insert(commit.dataset.version) }
        case (_, "experiments"):
            if let experiment = try? answer.decode(Experiment.self) { entries.experiments.insert(experiment.id) }
        case (_, "feedback"):
            if let batch = try? WireJSON.decode(FeedbackBatch.self, from: Data(request.body)) {
                entries.feedback.formUnion(batch.events.map(\.id))
            }
        case ("v2", "infer"):
            if let id = answer.headers[HeaderNames.requestID] { entries.predictions.insert(id) }
        case (_, _) where path.contains("aliases"):
            if let alias = try? answer.decode(ModelAlias.self) { entries.aliases.append("\(alias.alias) \(alias.version)") }
        default: break
        }
    }
}
