/// Whether labels that were committed start a run by themselves (`training.retrain.newLabels`).
struct RetrainRule: Sendable, Hashable {
    /// What the capability's newest run that has not failed reads.
    enum Base: Sendable, Hashable {
        /// There is none: the owner starts the first.
        case none
        /// The newest version there will be when it starts.
        case newest
        /// A version of the dataset, and how many rows of train were labeled in it; nil when that is not known.
        case version(Int, labeled: Int?)
    }

    /// Newly labeled rows of train that are worth a run.
    let newLabels: Int

    /// Whether a version with so many labeled rows of train starts a run.
    func starts(version: Int, labeled: Int, since base: Base) -> Bool {
        guard newLabels > 0, case .version(let known, let before?) = base, version > known else { return false }
        return labeled - before >= newLabels
    }
}
