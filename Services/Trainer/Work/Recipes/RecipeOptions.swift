import Contracts
import LinearAlgebra
import Recipes
import TreeBoosting

/// An order's parameters as the options of the methods.
struct RecipeOptions {
    private let order: RecipeOrder
    private var given: [String: JSONValue] { order.parameters }
    private var seed: UInt64 { UInt64(bitPattern: Int64(order.seed)) }

    init(_ order: RecipeOrder) {
        self.order = order
    }

    var standardizes: Bool { given["standardize"]?.boolValue ?? true }
    var passes: Int { given["passes"]?.wholeNumber ?? 3 }

    func classifier(classes: Int) -> ClassifierMethod {
        switch order.recipe {
        case .multilayerPerceptron:
            .perceptron(hidden: given["hidden"]?.arrayValue?.compactMap(\.wholeNumber) ?? [64], batches)
        case .boostedTrees: .trees(trees(.classes(classes)))
        case .transfer: .head(head)
        default: .softmax(softmax, streamed: batches)
        }
    }

    var number: NumberMethod {
        order.recipe == .boostedTrees
            ? .trees(trees(.number)) : .ridge(l2: given["l2"]?.doubleValue ?? 1, standardizes: standardizes)
    }

    var segments: KMeans.Options {
        var options = KMeans.Options(seed: seed)
        options.clusters = given["segments"]?.wholeNumber ?? options.clusters
        options.maximumIterations = given["maximumIterations"]?.wholeNumber ?? options.maximumIterations
        options.tolerance = given["tolerance"]?.doubleValue ?? options.tolerance
        options.restarts = given["restarts"]?.wholeNumber ?? options.restarts
        return options
    }

    var factors: MatrixFactorization.Options {
        var options = MatrixFactorization.Options(seed: seed)
        options.feedback = given["feedback"]?.stringValue.flatMap(MatrixFactorization.Feedback.init) ?? options.feedback
        options.factors = given["factors"]?.wholeNumber ?? options.factors
        options.alpha = given["alpha"]?.doubleValue ?? options.alpha
        options.regularization = given["regularization"]?.doubleValue ?? options.regularization
        options.iterations = given["iterations"]?.wholeNumber ?? options.iterations
        return options
    }

    private var softmax: SoftmaxRegression.Options {
        var options = SoftmaxRegression.Options()
        options.l2 = given["l2"]?.doubleValue ?? options.l2
        options.standardizes = standardizes
        options.maximumIterations = given["maximumIterations"]?.wholeNumber ?? options.maximumIterations
        options.gradientTolerance = given["gradientTolerance"]?.doubleValue ?? options.gradientTolerance
        return options
    }

    private var batches: MiniBatchOptions {
        var options = MiniBatchOptions(seed: seed)
        options.l2 = given["l2"]?.doubleValue ?? options.l2
        options.standardizes = standardizes
        options.learningRate = given["learningRate"]?.doubleValue ?? options.learningRate
        options.batchSize = given["batchSize"]?.wholeNumber ?? options.batchSize
        options.epochs = given["epochs"]?.wholeNumber ?? options.epochs
        options.patience = given["patience"]?.wholeNumber ?? options.patience
        return options
    }

    private var head: TransferHead.Options {
        var options = TransferHead.Options(standardizes: standardizes, seed: seed)
        options.penalties = given["penalties"]?.arrayValue?.compactMap(\.doubleValue) ?? options.penalties
        options.folds = given["folds"]?.wholeNumber ?? options.folds
        return options
    }

    private func trees(_ objective: BoostingOptions.Objective) -> BoostingOptions {
        var options = BoostingOptions(objective)
        options.rounds = given["rounds"]?.wholeNumber ?? options.rounds
        options.depth = given["depth"]?.wholeNumber ?? options.depth
        options.learningRate = given["learningRate"]?.doubleValue ?? options.learningRate
        options.leafWeight = given["leafWeight"]?.doubleValue ?? options.leafWeight
        options.rowShare = given["rowShare"]?.doubleValue ?? options.rowShare
        options.columnShare = given["columnShare"]?.doubleValue ?? options.columnShare
        options.l2 = given["l2"]?.doubleValue ?? options.l2
        options.leastGain = given["leastGain"]?.doubleValue ?? options.leastGain
        options.bins = given["bins"]?.wholeNumber ?? options.bins
        options.patience = given["patience"]?.wholeNumber ?? options.patience
        // The library takes a seed of 31 bits.
        options.seed = Int(seed & 0x7fff_ffff)
        return options
    }
}
