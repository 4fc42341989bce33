/// How attributions are computed.
public enum ExplanationMethod: String, Sendable, CaseIterable {
    /// The first of the following that fits the model: linear, tree, exact, kernel; occlusion for images and very wide rows.
    case auto
    /// Exact Shapley values of a linear model's margin: weight times distance from the background's mean.
    case linear
    /// Exact Shapley values of a tree ensemble's margin (TreeSHAP).
    case tree
    /// Shapley values by all coalitions of players.
    case exact
    /// Shapley values estimated from sampled coalitions (KernelSHAP).
    case kernel
    /// What the output loses when a part of the row is replaced by the background: no Shapley value, and it need not add up.
    case occlusion
}
