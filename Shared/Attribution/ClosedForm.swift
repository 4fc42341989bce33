import Tensors

/// Attributions from a model's structure, without running it.
struct ClosedForm: Sendable {
    /// Steps of a walk over trees, at most: some ten seconds of one core.
    static let mostSteps = 500_000_000

    let structure: ModelStructure
    let rows: [[Double]]
    let background: [[Double]]
    let outputs: OutputColumns

    /// Whether the method asks for this kind of structure, and the structure gives what the engine gave.
    func fits(_ method: ExplanationMethod, tolerance: Double) -> Bool {
        switch (method, structure.margins) {
        case (.linear, .trees), (.tree, .linear): return false
        default: break
        }
        return rows.indices.allSatisfy { index in
            let own = structure.link.output(structure.values(rows[index]))
            let engine = outputs.row(index)
            return own.count == engine.count && zip(own, engine).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
        }
    }

    /// Throws when the walk over trees would take too long: by covers a leaf takes as many steps as its depth squared, for each row; against
    /// a background a node takes a few, for each row and background row.
    func checkCost(hasBackground: Bool) throws(ExplanationFault) {
        guard case .trees(let ensemble, _) = structure.margins else { return }
        let isByCovers = ensemble.hasCovers && !hasBackground
        let steps = isByCovers ? ensemble.pathSteps : 4 * ensemble.nodes * background.count
        guard steps <= Self.mostSteps / max(1, rows.count) else {
            let remedy = rows.count > 1 ? "fewer rows" : isByCovers ? "method kernel, or a background" : "method kernel"
            throw ExplanationFault("the trees have \(ensemble.nodes) nodes: ask for \(remedy)\(hasBackground ? " or background rows" : "")")
        }
    }

    func explanation(targets: [Int], hasBackground: Bool, rows explained: ExplainedRows) -> Explanation {
        let parts: [(base: Double, values: [Double])]
        let method: Explanation.Method
        switch structure.margins {
        case .linear(let map):
            method = .linear
            parts = rows.indices.map { linear(map.columns[targets[$0]], rows[$0]) }
        case .trees(let ensemble, let map) where ensemble.hasCovers && !hasBackground:
            method = .treePathDependent
            parts = rows.indices.map { pathDependent(ensemble, map, rows[$0], targets[$0]) }
        case .trees(let ensemble, let map):
            method = .treeInterventional
            parts = rows.indices.map { interventional(ensemble, map, rows[$0], targets[$0]) }
        }
        let margins = rows.map(structure.values)
        let residual = rows.indices.flatMap { index in
            zip(structure.link.output(margins[index]), outputs.row(index)).map { abs($0 - $1) }
        }.max()
        return Explanation(
            attributions: explained.tensors(parts.map(\.values)), baseValues: parts.map(\.base),
            explainedValues: rows.indices.map { margins[$0][targets[$0]] }, targets: targets, method: method, link: structure.link,
            evaluations: rows.count, standardError: 0, modelResidual: residual)
    }

    /// Shapley values of a linear function: weight times distance from the mean, whatever the players' order.
    private func linear(_ column: AffineMap.Column, _ row: [Double]) -> (base: Double, values: [Double]) {
        let means = (0..<row.count).map { feature in background.reduce(0) { $0 + $1[feature] } / Double(background.count) }
        var values = [Double](repeating: 0, count: row.count)
        for (feature, weight) in zip(column.features, column.weights) { values[feature] += weight * (row[feature] - means[feature]) }
        return (column.value(means), values)
    }

    private func pathDependent(
        _ ensemble: TreeEnsemble, _ map: AffineMap, _ row: [Double], _ target: Int
    ) -> (base: Double, values: [Double]) {
        let columns = map.values(row)
        var values = [Double](repeating: 0, count: columns.count)
        var base = ensemble.base[target]
        for tree in ensemble.trees {
            let shap = PathDependentTreeSHAP(tree: tree, target: target)
            base += shap.baseValue
            shap.add(columns, to: &values)
        }
        return (base, features(values, map, row.count))
    }

    private func interventional(
        _ ensemble: TreeEnsemble, _ map: AffineMap, _ row: [Double], _ target: Int
    ) -> (base: Double, values: [Double]) {
        let columns = map.values(row)
        var values = [Double](repeating: 0, count: columns.count)
        var base = ensemble.base[target]
        let weight = 1 / Double(background.count)
        for other in background.map({ map.values($0) }) {
            for tree in ensemble.trees {
                let shap = InterventionalTreeSHAP(tree: tree, target: target, background: other)
                base += shap.baseValue * weight
                shap.add(columns, weight: weight, to: &values)
            }
        }
        return (base, features(values, map, row.count))
    }

    /// From columns back to the elements that they depend on.
    private func features(_ values: [Double], _ map: AffineMap, _ count: Int) -> [Double] {
        zip(map.columns, values).reduce(into: [Double](repeating: 0, count: count)) { sums, part in
            for feature in part.0.features { sums[feature] += part.1 }
        }
    }
}
