import LinearAlgebra
import ONNX
import TreeBoosting

extension GraphBuilder {
    /// Dense layers with ReLU between them; gives the name of the last one's output.
    mutating func dense(_ layers: [DenseLayer], of features: String) -> String {
        var present = features
        for (index, layer) in layers.enumerated() {
            let weights = floats(layer.weights.elements.map { Float($0) }, shape: [layer.weights.rows, layer.weights.columns])
            let bias = floats(layer.bias.map { Float($0) }, shape: [layer.bias.count])
            node("Gemm", [present, weights, bias], to: ["head/linear_\(index)"])
            present = "head/linear_\(index)"
            guard index < layers.count - 1 else { break }
            node("Relu", [present], to: ["head/hidden_\(index)"])
            present = "head/hidden_\(index)"
        }
        return present
    }

    /// Declares a classifier's outputs and computes them from scores `[-1, classes]`.
    mutating func classes(_ scores: String, _ ports: ClassifierPorts) {
        declare(ports)
        node("Softmax", [scores], to: [ports.probabilities], integers: ["axis": -1])
        answer(ports)
    }

    /// The same from one score `[-1, 1]` of the second of two classes.
    mutating func twoClasses(_ score: String, _ ports: ClassifierPorts) {
        declare(ports)
        node("Sigmoid", [score], to: ["head/second"])
        node("Sub", [floats([1], shape: [1]), "head/second"], to: ["head/first"])
        node("Concat", ["head/first", "head/second"], to: [ports.probabilities], integers: ["axis": 1])
        answer(ports)
    }

    private mutating func declare(_ ports: ClassifierPorts) {
        output(ports.label, .int64, shape: [-1])
        output(ports.probabilities, .float, shape: [-1, ports.codes.count])
    }

    private mutating func answer(_ ports: ClassifierPorts) {
        node("ArgMax", [ports.probabilities], to: ["head/best"], integers: ["axis": 1, "keepdims": 0])
        let names = integers(ports.codes, shape: [ports.codes.count])
        node("Gather", [names, "head/best"], to: [ports.label], integers: ["axis": 0])
    }

    /// Declares a number's output and gives it from `[-1, 1]`.
    mutating func number(_ column: String, _ port: NumberPort) {
        output(port.name, .float, shape: port.isColumn ? [-1, 1] : [-1])
        node("Reshape", [column, integers(port.isColumn ? [-1, 1] : [-1], shape: [port.isColumn ? 2 : 1])], to: [port.name])
    }

    /// The nearest centre of standardised features, and the distances.
    mutating func segments(_ model: KMeans, _ standardization: Standardization, of features: String, _ ports: SegmentPorts) {
        let (clusters, columns) = (model.centers.rows, model.centers.columns)
        output(ports.segment, .int64, shape: [-1])
        node("Sub", [features, floats(standardization.means.map { Float($0) }, shape: [columns])], to: ["head/centred"])
        node("Div", ["head/centred", floats(standardization.scales.map { Float($0) }, shape: [columns])], to: ["head/standard"])
        // |c|^2 - 2 x c orders the centres as |x - c|^2 does.
        let norms = (0..<clusters).map { index in model.centers.row(index).reduce(0) { $0 + $1 * $1 } }
        let doubled = floats(model.centers.elements.map { Float(-2 * $0) }, shape: [clusters, columns])
        node(
            "Gemm", ["head/standard", doubled, floats(norms.map { Float($0) }, shape: [clusters])], to: ["head/offsets"],
            integers: ["transB": 1])
        node("ArgMin", ["head/offsets"], to: [ports.segment], integers: ["axis": 1, "keepdims": 0])
        guard let distances = ports.distances else { return }
        output(distances, .float, shape: [-1, clusters])
        node("Mul", ["head/standard", "head/standard"], to: ["head/squares"])
        node("ReduceSum", ["head/squares", integers([1], shape: [1])], to: ["head/norm"], integers: ["keepdims": 1])
        node("Add", ["head/offsets", "head/norm"], to: ["head/squared"])
        // Rounding may leave a little less than nothing.
        node("Max", ["head/squared", floats([0], shape: [1])], to: ["head/positive"])
        node("Sqrt", ["head/positive"], to: [distances])
    }

    /// The sums of trees' leaves, `[-1, outputs]`.
    mutating func trees(_ model: BoostedTrees, of features: String) -> String {
        var list = TreeAttributes()
        for (index, tree) in model.trees.enumerated() { list.add(tree, number: index, output: model.outputs[index]) }
        node(
            "TreeEnsembleRegressor", domain: "ai.onnx.ml", [features], to: ["head/margins"],
            attributes: list.attributes(bases: model.bases))
        return "head/margins"
    }
}
