import ONNX

extension GraphTracer {
    /// Operators that can be followed, when their attributes allow it.
    static let known: Set<String> = [
        "Identity", "Cast", "Flatten", "Reshape", "Dropout", "Constant", "Add", "Sub", "Mul", "Div", "Neg", "Gemm", "MatMul", "Concat",
        "FeatureVectorizer", "Scaler", "ArrayFeatureExtractor", "Softmax", "Sigmoid", "Normalizer", "LinearClassifier", "LinearRegressor",
        "TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble",
    ]

    /// What a node gives; nil when it cannot be followed.
    mutating func apply(_ node: ONNXNode) -> [String: Value]? {
        guard let first = node.outputs.first else { return nil }
        switch node.operation {
        case "LinearClassifier": return linearClassifier(node)
        case "TreeEnsembleClassifier": return treeClassifier(node)
        default: return single(node).map { [first: $0] }
        }
    }

    private mutating func single(_ node: ONNXNode) -> Value? {
        switch node.operation {
        case "Identity", "Dropout", "Flatten": (node.integer("axis") ?? 1) == 1 ? value(node, 0) : nil
        case "Constant": node.constant("value").map { .constant($0) }
        case "Cast": cast(node)
        case "Reshape": reshape(node)
        case "Add", "Sub", "Mul", "Div": arithmetic(node)
        case "Neg": affine(node).map { .affine($0.scaled($0.columns.map { _ in -1 }, offsets: $0.columns.map { _ in 0 })) }
        case "Gemm", "MatMul": product(node)
        case "Concat", "FeatureVectorizer": concatenation(node)
        case "Scaler": scaler(node)
        case "ArrayFeatureExtractor": selection(node)
        case "Softmax", "Sigmoid", "Normalizer": linked(node)
        case "LinearRegressor": linearRegressor(node)
        case "TreeEnsembleRegressor": treeRegressor(node)
        case "TreeEnsemble": treeEnsemble(node)
        default: nil
        }
    }

    /// Only to real numbers: a cast to whole numbers is a step function.
    private mutating func cast(_ node: ONNXNode) -> Value? {
        let real = [ONNXModel.ElementType.float, .double].map(\.rawValue)
        return node.integer("to").map { real.contains($0) } == true ? value(node, 0) : nil
    }

    /// Followed where rows stay rows.
    private mutating func reshape(_ node: ONNXNode) -> Value? {
        guard let shape = constant(node, 1)?.elements, let width = width(of: node), let first = shape.first, first <= 0 else { return nil }
        let rest = shape.dropFirst()
        let isOpen = rest.contains { $0 <= 0 }
        return isOpen && first == 0 || rest.reduce(1, *) == Double(width) ? value(node, 0) : nil
    }

    private mutating func width(of node: ONNXNode) -> Int? {
        switch value(node, 0) {
        case .affine(let map): map.columns.count
        case .margins(.linear(let map), _): map.columns.count
        case .margins(.trees(let ensemble, _), _): ensemble.targets
        default: nil
        }
    }

    private mutating func arithmetic(_ node: ONNXNode) -> Value? {
        if let shifted = shiftedTrees(node) { return shifted }
        if let left = affine(node, 0) {
            if let right = affine(node, 1) { return sum(left, right, node.operation) }
            guard let operand = broadcast(constant(node, 1), to: left.columns.count) else { return nil }
            let ones = operand.map { _ in 1.0 }
            let zeros = operand.map { _ in 0.0 }
            switch node.operation {
            case "Add": return .affine(left.scaled(ones, offsets: operand))
            case "Sub": return .affine(left.scaled(ones, offsets: operand.map { -$0 }))
            case "Mul": return .affine(left.scaled(operand, offsets: zeros))
            default: return operand.contains(0) ? nil : .affine(left.scaled(operand.map { 1 / $0 }, offsets: zeros))
            }
        }
        guard let right = affine(node, 1), let operand = broadcast(constant(node, 0), to: right.columns.count) else { return nil }
        let zeros = operand.map { _ in 0.0 }
        switch node.operation {
        case "Add": return .affine(right.scaled(operand.map { _ in 1 }, offsets: operand))
        case "Sub": return .affine(right.scaled(operand.map { _ in -1 }, offsets: operand))
        case "Mul": return .affine(right.scaled(operand, offsets: zeros))
        default: return nil
        }
    }

    /// Margins of trees and a constant: converters add the start value so where the operator has no place for it.
    private mutating func shiftedTrees(_ node: ONNXNode) -> Value? {
        guard node.operation == "Add" else { return nil }
        for (one, other) in [(0, 1), (1, 0)] {
            guard case .margins(.trees(let ensemble, let map), .identity)? = value(node, one),
                let offsets = broadcast(constant(node, other), to: ensemble.targets)
            else { continue }
            return .margins(.trees(ensemble.shifted(by: offsets), over: map), .identity)
        }
        return nil
    }

    private func sum(_ left: AffineMap, _ right: AffineMap, _ operation: String) -> Value? {
        guard left.columns.count == right.columns.count, operation == "Add" || operation == "Sub" else { return nil }
        let sign = operation == "Add" ? 1.0 : -1
        let both = AffineMap(features: left.features, columns: left.columns + right.columns)
        let count = left.columns.count
        let weights = (0..<count).map { column in
            (0..<(2 * count)).map { $0 == column ? 1 : $0 == count + column ? sign : 0 }
        }
        return .affine(both.multiplied(weights, bias: [Double](repeating: 0, count: count)))
    }

    /// A constant for each column: one for all, or as many as there are in the last dimensions.
    private func broadcast(_ constant: ONNXConstant?, to count: Int) -> [Double]? {
        guard let elements = constant?.elements else { return nil }
        if elements.count == 1 { return [Double](repeating: elements[0], count: count) }
        return elements.count == count ? elements : nil
    }

    private mutating func product(_ node: ONNXNode) -> Value? {
        guard let map = affine(node), let matrix = constant(node, 1), matrix.shape.count == 2, (node.integer("transA") ?? 0) == 0 else {
            return nil
        }
        let isTransposed = (node.integer("transB") ?? 0) != 0
        let (inner, outer) = isTransposed ? (matrix.shape[1], matrix.shape[0]) : (matrix.shape[0], matrix.shape[1])
        guard inner == map.columns.count else { return nil }
        let alpha = node.float("alpha") ?? 1
        let weights = (0..<outer).map { column in
            (0..<inner).map { alpha * matrix.elements[isTransposed ? column * inner + $0 : $0 * outer + column] }
        }
        var bias = [Double](repeating: 0, count: outer)
        if node.operation == "Gemm", node.inputs.count > 2, !node.inputs[2].isEmpty {
            guard let given = broadcast(constant(node, 2), to: outer) else { return nil }
            let beta = node.float("beta") ?? 1
            bias = given.map { beta * $0 }
        }
        return .affine(map.multiplied(weights, bias: bias))
    }

    private mutating func concatenation(_ node: ONNXNode) -> Value? {
        guard node.operation != "Concat" || [1, -1].contains(node.integer("axis") ?? 0) else { return nil }
        var columns: [AffineMap.Column] = []
        var features = 0
        for index in node.inputs.indices {
            guard let map = affine(node, index) else { return nil }
            features = map.features
            columns += map.columns
        }
        return .affine(AffineMap(features: features, columns: columns))
    }

    /// (x - offset) * scale.
    private mutating func scaler(_ node: ONNXNode) -> Value? {
        guard let map = affine(node) else { return nil }
        let count = map.columns.count
        func full(_ values: [Double], _ standard: Double) -> [Double]? {
            if values.isEmpty { return [Double](repeating: standard, count: count) }
            if values.count == 1 { return [Double](repeating: values[0], count: count) }
            return values.count == count ? values : nil
        }
        guard let scales = full(node.floats("scale"), 1), let offsets = full(node.floats("offset"), 0) else { return nil }
        return .affine(map.scaled(scales, offsets: zip(offsets, scales).map { -$0 * $1 }))
    }

    private mutating func selection(_ node: ONNXNode) -> Value? {
        guard let map = affine(node), let places = constant(node, 1)?.elements.map({ Int(exactly: $0) ?? -1 }),
            places.allSatisfy({ map.columns.indices.contains($0) })
        else { return nil }
        return .affine(AffineMap(features: map.features, columns: places.map { map.columns[$0] }))
    }

    private mutating func linked(_ node: ONNXNode) -> Value? {
        var margins: ModelStructure.Margins
        var link = Link.identity
        switch value(node, 0) {
        case .affine(let map): margins = .linear(map)
        case .margins(let known, let before): (margins, link) = (known, before)
        default: return nil
        }
        switch node.operation {
        case "Softmax": return link == .identity && [1, -1].contains(node.integer("axis") ?? -1) ? .margins(margins, .softmax) : nil
        case "Sigmoid": return link == .identity ? .margins(margins, .logistic) : nil
        default:
            guard node.text("norm") == "L1", let next = link.normalised else { return nil }
            return .margins(margins, next)
        }
    }
}
