import ONNX

/// Models of the domain ai.onnx.ml.
extension GraphTracer {
    mutating func linearRegressor(_ node: ONNXNode) -> Value? {
        guard let map = affine(node) else { return nil }
        let targets = node.integer("targets") ?? 1
        guard let product = product(node, "coefficients", map, rows: targets) else { return nil }
        return link(node).flatMap { $0 == .identity ? .affine(product) : .margins(.linear(product), $0) }
    }

    /// Scores and, of the same name as the file has it, the label, which is no number to explain.
    mutating func linearClassifier(_ node: ONNXNode) -> [String: Value]? {
        guard let map = affine(node), node.outputs.count > 1, let link = link(node) else { return nil }
        let rows = node.floats("coefficients").count / max(1, map.columns.count)
        guard var product = product(node, "coefficients", map, rows: rows) else { return nil }
        if product.columns.count == 1 { product.columns = [product.columns[0].negated, product.columns[0]] }
        return [node.outputs[1]: .margins(.linear(product), link)]
    }

    private func product(_ node: ONNXNode, _ name: String, _ map: AffineMap, rows: Int) -> AffineMap? {
        let weights = node.floats(name)
        let width = map.columns.count
        let given = node.floats("intercepts")
        let bias = given.isEmpty ? [Double](repeating: 0, count: rows) : given
        guard rows > 0, weights.count == rows * width, bias.count == rows else { return nil }
        return map.multiplied((0..<rows).map { Array(weights[($0 * width)..<(($0 + 1) * width)]) }, bias: bias)
    }

    mutating func treeRegressor(_ node: ONNXNode) -> Value? {
        guard let map = affine(node), map.isOneToOne, let link = link(node), let ensemble = TreeEnsemble(regressor: node),
            ensemble.fits(columns: map.columns.count)
        else { return nil }
        return .margins(.trees(ensemble, over: map), link)
    }

    mutating func treeClassifier(_ node: ONNXNode) -> [String: Value]? {
        guard let map = affine(node), map.isOneToOne, node.outputs.count > 1, let link = link(node),
            let ensemble = TreeEnsemble(classifier: node, link: link), ensemble.fits(columns: map.columns.count)
        else { return nil }
        return [node.outputs[1]: .margins(.trees(ensemble, over: map), link)]
    }

    mutating func treeEnsemble(_ node: ONNXNode) -> Value? {
        guard let map = affine(node), map.isOneToOne, let ensemble = TreeEnsemble(unified: node),
            ensemble.fits(columns: map.columns.count)
        else { return nil }
        let link: Link
        // The operator names what follows by number: NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO, PROBIT.
        switch node.integer("post_transform") ?? 0 {
        case 0: link = .identity
        case 1: link = .softmax
        case 2: link = .logistic
        default: return nil
        }
        return .margins(.trees(ensemble, over: map), link)
    }

    private func link(_ node: ONNXNode) -> Link? {
        switch node.text("post_transform") ?? "NONE" {
        case "NONE": .identity
        case "LOGISTIC": .logistic
        case "SOFTMAX": .softmax
        default: nil
        }
    }
}

extension AffineMap.Column {
    var negated: AffineMap.Column { AffineMap.Column(features: features, weights: weights.map { -$0 }, offset: -offset) }
}
