import Contracts

extension Recipe {
    /// Every parameter that it takes.
    var parameters: [RecipeParameter] {
        switch self {
        case .softmaxRegression:
            return Self.linear(l2: 0.01) + [
                RecipeParameter(name: "maximumIterations", kind: .whole(1...10_000), standard: 200),
                RecipeParameter(name: "gradientTolerance", kind: .number(1e-12...1), standard: 1e-6),
            ] + Self.batches(batchSize: 256) + Self.inputs
        case .multilayerPerceptron:
            return Self.linear(l2: 1e-4) + [
                RecipeParameter(name: "hidden", kind: .wholes(count: 1...8, each: 1...4_096), standard: [64])
            ] + Self.batches(batchSize: 64) + Self.inputs
        case .ridgeRegression:
            return [
                RecipeParameter(name: "l2", kind: .number(1e-9...1e9), standard: 1.0), Self.standardize,
            ] + Self.inputs
        case .boostedTrees: return Self.trees + Self.inputs
        case .kMeans: return Self.segments + Self.inputs
        case .matrixFactorization: return Self.factors
        case .transfer:
            return [
                RecipeParameter(name: "backbone", kind: .digest, standard: .null),
                RecipeParameter(name: "backboneOutput", kind: .optionalText, standard: .null),
                RecipeParameter(
                    name: "penalties", kind: .numbers(count: 1...20, each: 1e-9...1e6), standard: [3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003]),
                RecipeParameter(name: "folds", kind: .whole(2...20), standard: 5), Self.standardize,
            ] + Self.images
        }
    }

    private static let standardize = RecipeParameter(name: "standardize", kind: .flag, standard: true)

    private static func linear(l2: Double) -> [RecipeParameter] {
        [RecipeParameter(name: "l2", kind: .number(0...1e6), standard: .number(l2)), standardize]
    }

    /// For softmax regression these count where the rows do not fit in memory, and are streamed.
    private static func batches(batchSize: Int64) -> [RecipeParameter] {
        [
            RecipeParameter(name: "learningRate", kind: .number(1e-6...1), standard: 1e-3),
            RecipeParameter(name: "batchSize", kind: .whole(1...65_536), standard: .integer(batchSize)),
            RecipeParameter(name: "epochs", kind: .whole(1...10_000), standard: 30),
            RecipeParameter(name: "patience", kind: .whole(1...10_000), standard: 5),
        ]
    }

    private static let trees = [
        RecipeParameter(name: "rounds", kind: .whole(1...10_000), standard: 100),
        RecipeParameter(name: "depth", kind: .whole(1...16), standard: 6),
        RecipeParameter(name: "learningRate", kind: .number(1e-4...1), standard: 0.3),
        RecipeParameter(name: "leafWeight", kind: .number(0...1e9), standard: 1.0),
        RecipeParameter(name: "rowShare", kind: .number(0.01...1), standard: 1.0),
        RecipeParameter(name: "columnShare", kind: .number(0.01...1), standard: 1.0),
        RecipeParameter(name: "l2", kind: .number(0...1e9), standard: 1.0),
        RecipeParameter(name: "leastGain", kind: .number(0...1e9), standard: 0.0),
        RecipeParameter(name: "bins", kind: .whole(2...4_096), standard: 256),
        RecipeParameter(name: "patience", kind: .whole(1...10_000), standard: 20),
    ]

    private static let segments = [
        RecipeParameter(name: "segments", kind: .whole(2...10_000), standard: 8),
        RecipeParameter(name: "maximumIterations", kind: .whole(1...10_000), standard: 300),
        RecipeParameter(name: "tolerance", kind: .number(0...1), standard: 1e-4),
        RecipeParameter(name: "restarts", kind: .whole(1...100), standard: 3),
        // Passes over rows that do not fit in memory.
        RecipeParameter(name: "passes", kind: .whole(1...100), standard: 3), standardize,
    ]

    private static let factors = [
        RecipeParameter(name: "feedback", kind: .choice(["implicit", "explicit"]), standard: "implicit"),
        RecipeParameter(name: "factors", kind: .whole(1...512), standard: 32),
        RecipeParameter(name: "alpha", kind: .number(1e-6...1e6), standard: 40.0),
        RecipeParameter(name: "regularization", kind: .number(1e-9...1e6), standard: 0.01),
        RecipeParameter(name: "iterations", kind: .whole(1...1_000), standard: 15),
    ]

    private static let images = [
        RecipeParameter(name: "imageSize", kind: .wholes(count: 0...2, each: 1...2_048), standard: []),
        RecipeParameter(name: "imageMeans", kind: .numbers(count: 0...4, each: -1e6...1e6), standard: []),
        RecipeParameter(name: "imageDeviations", kind: .numbers(count: 0...4, each: 1e-9...1e6), standard: []),
    ]

    /// What becomes of the inputs within the graph.
    private static let inputs =
        [
            RecipeParameter(name: "impute", kind: .choice(["none", "mean", "zero"]), standard: "none"),
            RecipeParameter(name: "missing", kind: .optionalNumber, standard: .null),
            RecipeParameter(name: "maximumCategories", kind: .whole(1...10_000), standard: 100),
            RecipeParameter(name: "texts", kind: .names(atMost: 64), standard: []),
            RecipeParameter(name: "textBuckets", kind: .whole(2...65_536), standard: 1_024),
            RecipeParameter(name: "textWords", kind: .whole(1...4), standard: 2),
        ] + images
}
