import Contracts

/// A way to train that the service brings along.
enum Recipe: String, Sendable, CaseIterable {
    case softmaxRegression = "softmax-regression"
    case multilayerPerceptron = "multilayer-perceptron"

    static var names: [String] { allCases.map(\.rawValue) }

    /// Every parameter that it takes.
    var parameters: [RecipeParameter] {
        let shared = [
            RecipeParameter(name: "l2", kind: .number(0...1e6), standard: self == .softmaxRegression ? 0.01 : 1e-4),
            RecipeParameter(name: "standardize", kind: .flag, standard: true),
        ]
        switch self {
        case .softmaxRegression:
            return shared + [
                RecipeParameter(name: "maximumIterations", kind: .whole(1...10_000), standard: 200),
                RecipeParameter(name: "gradientTolerance", kind: .number(1e-12...1), standard: 1e-6),
            ]
        case .multilayerPerceptron:
            return shared + [
                RecipeParameter(name: "hidden", kind: .wholes(count: 1...8, each: 1...4_096), standard: [64]),
                RecipeParameter(name: "learningRate", kind: .number(1e-6...1), standard: 1e-3),
                RecipeParameter(name: "batchSize", kind: .whole(1...65_536), standard: 64),
                RecipeParameter(name: "epochs", kind: .whole(1...10_000), standard: 30),
            ]
        }
    }

    /// All parameters with those given in place of the standard ones, and what is wrong with those given.
    func resolve(_ given: [String: JSONValue]) -> (values: [String: JSONValue], faults: [FieldFault]) {
        var values: [String: JSONValue] = [:]
        var faults: [FieldFault] = []
        for parameter in parameters {
            let value = given[parameter.name] ?? parameter.standard
            values[parameter.name] = parameter.normalized(value)
            if values[parameter.name] == nil { faults.append(FieldFault("parameters.\(parameter.name)", expected: parameter.expectation)) }
        }
        let known = Set(parameters.map(\.name))
        for name in given.keys.sorted() where !known.contains(name) {
            let expected = "one of \(known.sorted().joined(separator: ", ")) for the recipe \(rawValue)"
            faults.append(FieldFault("parameters.\(name.prefix(64))", expected: expected))
        }
        return (values, faults)
    }
}
