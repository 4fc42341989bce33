import Contracts
import Foundation

/// What is kept of a similarity index.
struct StoredIndex: Sendable, Hashable {
    /// A build that answers.
    struct Answering: Sendable, Hashable {
        let spec: IndexSpec
        let version: Int
        let datasetVersion: Int
        let segment: Digest
        let rows: Int
        let dimension: Int
        let bytes: Int
        let builtAt: Date
        /// How often rows were erased.
        let erasures: Int
    }

    let name: String
    /// Whose index it is.
    let capability: String
    let state: SimilarityIndex.State
    /// Nil before the first good build.
    let answering: Answering?
    /// Whether it should answer with something else.
    let isStale: Bool
    /// What the build that was asked for last embeds.
    let next: SimilarityIndex.Build
    /// Rows that the build under way has embedded.
    let rowsBuilt: Int?
    let error: String?
}

extension SimilarityIndex {
    /// An index as it is declared, with what is kept of it.
    init(_ spec: IndexSpec, of model: PublishedModel, stored: StoredIndex?) {
        let answering = stored?.answering
        self.init(
            spec: spec, capability: model.name, team: model.team, state: stored?.state ?? .waiting, version: answering?.version,
            datasetVersion: answering?.datasetVersion, isStale: stored?.isStale ?? true,
            next: stored?.state == .ready ? nil : stored?.next, rows: answering?.rows ?? 0, dimension: answering?.dimension,
            bytes: answering?.bytes ?? 0, rowsBuilt: stored?.rowsBuilt, error: stored?.error, builtAt: answering?.builtAt)
    }
}
