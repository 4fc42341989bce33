import Contracts

/// A way to train that the service brings along.
enum Recipe: String, Sendable, CaseIterable {
    case softmaxRegression = "softmax-regression"
    case multilayerPerceptron = "multilayer-perceptron"
    case ridgeRegression = "ridge-regression"
    case boostedTrees = "boosted-trees"
    case kMeans = "k-means"
    case matrixFactorization = "matrix-factorization"
    case transfer

    static var names: [String] { allCases.map(\.rawValue) }

    /// Whether rows without a label tell it nothing.
    var needsLabels: Bool { self != .kMeans && self != .matrixFactorization }

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
