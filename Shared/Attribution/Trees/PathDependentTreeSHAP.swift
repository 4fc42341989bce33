/// Exact Shapley values of a tree where a feature that is not known splits a row by the covers of the training data.
struct PathDependentTreeSHAP {
    let tree: DecisionTree
    let target: Int

    /// The tree's value with no feature known: leaves weighted by the rows that came to them.
    var baseValue: Double {
        tree.nodes.reduce(0) { $0 + ($1.isLeaf ? $1.values[target] * $1.cover : 0) } / tree.nodes[0].cover
    }

    /// Adds the attributions of each column for a row.
    func add(_ row: [Double], to attributions: inout [Double]) {
        var path = TreePath()
        path.extend(zero: 1, one: 1, feature: -1)
        walk(0, row, path, &attributions)
    }

    private func walk(_ index: Int, _ row: [Double], _ path: TreePath, _ attributions: inout [Double]) {
        let node = tree.nodes[index]
        guard !node.isLeaf else {
            guard path.elements.count > 1 else { return }
            for position in 1..<path.elements.count {
                let element = path.elements[position]
                attributions[element.feature] += path.unwoundSum(position) * (element.one - element.zero) * node.values[target]
            }
            return
        }
        var path = path
        var (zero, one) = (1.0, 1.0)
        // A feature that was met before counts once: its earlier part of the path is taken back.
        if let position = path.elements.firstIndex(where: { $0.feature == node.column }) {
            (zero, one) = (path.elements[position].zero, path.elements[position].one)
            path.unwind(position)
        }
        let hot = node.next(row)
        let cold = hot == node.whenTrue ? node.whenFalse : node.whenTrue
        var hotPath = path
        hotPath.extend(zero: zero * tree.nodes[hot].cover / node.cover, one: one, feature: node.column)
        walk(hot, row, hotPath, &attributions)
        path.extend(zero: zero * tree.nodes[cold].cover / node.cover, one: 0, feature: node.column)
        walk(cold, row, path, &attributions)
    }
}
