/// What a model version may have come of.
struct ModelOrigin: Sendable, Hashable {
    let run: String?
    let dataset: String?
    /// Nil for any version of the dataset.
    let datasetVersion: Int?
}
