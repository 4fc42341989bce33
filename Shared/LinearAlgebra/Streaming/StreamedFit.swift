/// A model fitted to blocks of rows, with its training curve.
public struct StreamedFit<Model: Sendable>: Sendable {
    /// With the weights of `bestEpoch`.
    public let model: Model
    /// One entry an epoch: the mean objective over its batches and, with validation rows, their loss after it.
    public let curve: [TrainingProgress]
    /// The epoch with the least validation loss, the first of equals; the last epoch without validation rows.
    public let bestEpoch: Int
    /// Whether patience ended the fit before its epochs.
    public let isStoppedEarly: Bool

    func map<Other: Sendable>(_ transform: (Model) -> Other) -> StreamedFit<Other> {
        StreamedFit<Other>(model: transform(model), curve: curve, bestEpoch: bestEpoch, isStoppedEarly: isStoppedEarly)
    }
}
