import LinearAlgebra
import TreeBoosting

/// How a classifier is fitted.
public enum ClassifierMethod: Sendable {
    /// By L-BFGS on all rows at once; rows that are streamed are fitted by Adam with the other options.
    case softmax(SoftmaxRegression.Options, streamed: MiniBatchOptions)
    case perceptron(hidden: [Int], MiniBatchOptions)
    case trees(BoostingOptions)
    /// A head on a backbone's embeddings, for few rows.
    case head(TransferHead.Options)

    var name: String {
        switch self {
        case .softmax: "softmax-regression"
        case .perceptron: "multilayer-perceptron"
        case .trees: "boosted-trees"
        case .head: "transfer"
        }
    }
}
