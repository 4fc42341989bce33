import LinearAlgebra
import ONNX

/// Fits users and items as factors and writes what scores or recommends as ONNX.
public struct FactorFit: Sendable {
    let ports: FactorPorts

    public init(ports: FactorPorts) {
        self.ports = ports
    }

    /// Blocks the thread. The same interactions, options and libraries on one thread of OpenBLAS give the same bytes.
    ///
    /// The mean of explicit ratings is taken off before the fit, and added to scores. Somebody unknown gets zeros as factors: the mean.
    /// Throws TrainingError, ``RecipeError``, CancellationError and what `progress` throws.
    ///
    /// - Parameter interactions: user, item, and the value of what the user did; user and item are indices.
    public func fit(
        users: Identities, items: Identities, interactions: [Interactions.Entry], options: MatrixFactorization.Options,
        progress: @escaping TrainingProgress.Handler = { _ in }
    ) throws -> FittedModel {
        let curve = ProgressCurve(progress)
        let mean = options.feedback == .explicit ? interactions.reduce(0) { $0 + $1.value } / Double(max(interactions.count, 1)) : 0
        let entries = interactions.map { Interactions.Entry(user: $0.user, item: $0.item, value: $0.value - mean) }
        let rows = try Interactions(users: users.count, items: items.count, entries: entries)
        let model = try MatrixFactorization.fit(rows, options: options, progress: curve.note)
        return FittedModel(
            model: try export(model, users, items, mean: mean), loss: model.loss, curve: curve.steps,
            facts: ["users": "\(users.count)", "items": "\(items.count)", "pairs": "\(rows.count)", "mean rating": "\(mean)"])
    }

    private func export(_ model: MatrixFactorization, _ users: Identities, _ items: Identities, mean: Double) throws -> [UInt8] {
        var graph = GraphBuilder(recipe: "matrix-factorization")
        switch ports {
        case .score(let user, let item, let port):
            let first = Self.factors(model.userFactors, of: users.append(user.name, rank: user.rank, to: &graph), "user", &graph)
            let second = Self.factors(model.itemFactors, of: items.append(item.name, rank: item.rank, to: &graph), "item", &graph)
            graph.node("Mul", [first, second], to: ["head/products"])
            graph.node("ReduceSum", ["head/products", graph.integers([1], shape: [1])], to: ["head/sums"], integers: ["keepdims": 1])
            graph.node("Add", ["head/sums", graph.floats([Float(mean)], shape: [1])], to: ["head/score"])
            graph.number("head/score", port)
        case .ranking(let user, let names, let scores, let count):
            guard count <= items.count else {
                throw RecipeError.rows("the rows have \(items.count) items, and \(count) are to be recommended")
            }
            let factors = Self.factors(model.userFactors, of: users.append(user.name, rank: user.rank, to: &graph), "user", &graph)
            let table = graph.floats(model.itemFactors.elements.map { Float($0) }, shape: [items.count, model.options.factors])
            let means = graph.floats([Float](repeating: Float(mean), count: items.count), shape: [items.count])
            graph.node("Gemm", [factors, table, means], to: ["head/scores"], integers: ["transB": 1])
            let best = scores ?? "head/best_scores"
            graph.node(
                "TopK", ["head/scores", graph.integers([Int64(count)], shape: [1])], to: [best, "head/best"], integers: ["axis": 1])
            graph.node("Gather", [items.constant(in: &graph), "head/best"], to: [names], integers: ["axis": 0])
            graph.output(names, items.element, shape: [-1, count])
            if let scores { graph.output(scores, .float, shape: [-1, count]) }
        }
        return try graph.model().bytes()
    }

    /// The factors of these indices; the row after the last is zeros, for whoever is not known.
    private static func factors(_ factors: Matrix<Double>, of index: String, _ name: String, _ graph: inout GraphBuilder) -> String {
        let elements = factors.elements.map { Float($0) } + [Float](repeating: 0, count: factors.columns)
        let table = graph.floats(elements, shape: [factors.rows + 1, factors.columns])
        graph.node("Gather", [table, index], to: ["head/\(name)_factors"], integers: ["axis": 0])
        return "head/\(name)_factors"
    }
}
