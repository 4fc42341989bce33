import Contracts

/// One build of a similarity index, claimed by a worker.
struct IndexBuild: Sendable, Hashable {
    let spec: IndexSpec
    let capability: String
    /// The model version whose embeddings are kept, and the dataset version whose rows they are of.
    let version: Int
    let datasetVersion: Int
    /// How often rows of the index had been erased when the build was claimed: it has none of them.
    let erasures: Int
    let fence: Int
    /// How often it was claimed, this time included.
    let attempt: Int

    var name: String { spec.name }
}

/// The build belongs to another worker now, or another one was asked for.
struct IndexLeaseLost: Error {}
