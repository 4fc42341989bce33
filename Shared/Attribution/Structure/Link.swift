import Foundation

/// The monotone step between a model's margins and the output that a client sees.
public enum Link: String, Sendable, CaseIterable {
    case identity
    case logistic
    case softmax
    /// Logistic, then divided by their sum (one against the rest).
    case logisticShares = "logistic_shares"
    /// Divided by the sum of the magnitudes.
    case shares

    /// The output of a row's margins.
    public func output(_ margins: [Double]) -> [Double] {
        switch self {
        case .identity: return margins
        case .logistic: return margins.map { 1 / (1 + exp(-$0)) }
        case .softmax:
            let highest = margins.max() ?? 0
            let powers = margins.map { exp($0 - highest) }
            let total = powers.reduce(0, +)
            return powers.map { $0 / total }
        case .logisticShares: return Self.shares.output(Self.logistic.output(margins))
        case .shares:
            let total = margins.reduce(0) { $0 + abs($1) }
            return total == 0 ? margins : margins.map { $0 / total }
        }
    }

    /// The link of what is normalised after this one; nil where that is no link of ours.
    var normalised: Link? {
        switch self {
        case .identity: .shares
        case .logistic, .logisticShares: .logisticShares
        // Sums to one already.
        case .softmax: .softmax
        case .shares: .shares
        }
    }
}
