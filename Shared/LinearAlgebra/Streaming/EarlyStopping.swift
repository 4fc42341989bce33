/// Decides after each epoch whether a fit goes on: it ends when the loss has not fallen below its best for `patience` epochs.
struct EarlyStopping<State> {
    private let patience: Int
    /// The state at the least loss so far, the first of equals.
    private(set) var best: (epoch: Int, loss: Double, state: State)?

    init(patience: Int) {
        self.patience = patience
    }

    /// True where the fit should end with this epoch.
    mutating func observe(epoch: Int, loss: Double, state: State) -> Bool {
        guard let best, !(loss < best.loss) else {
            best = (epoch, loss, state)
            return false
        }
        return epoch - best.epoch >= patience
    }
}
