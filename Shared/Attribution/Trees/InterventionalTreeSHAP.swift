/// Exact Shapley values of a tree where a feature that is not known has the value of a background row (Lundberg et al. 2020,
/// "independent" TreeSHAP): each leaf that some mixture of the two rows reaches shares its value by the sizes of the two sides.
struct InterventionalTreeSHAP {
    let tree: DecisionTree
    let target: Int
    let background: [Double]

    /// The tree's value for the background row.
    var baseValue: Double { tree.leaf(background)[target] }

    /// Adds the attributions of each column for a row, times a weight.
    func add(_ row: [Double], weight: Double, to attributions: inout [Double]) {
        walk(0, row, weight, [], [], &attributions)
    }

    /// - Parameters:
    ///   - own, other: columns that must have the row's, or the background's, value for a mixture to come here.
    private func walk(
        _ index: Int, _ row: [Double], _ weight: Double, _ own: [Int], _ other: [Int], _ attributions: inout [Double]
    ) {
        let node = tree.nodes[index]
        guard !node.isLeaf else { return share(node.values[target] * weight, own, other, &attributions) }
        let (mine, theirs) = (node.next(row), node.next(background))
        if mine == theirs { return walk(mine, row, weight, own, other, &attributions) }
        if own.contains(node.column) { return walk(mine, row, weight, own, other, &attributions) }
        if other.contains(node.column) { return walk(theirs, row, weight, own, other, &attributions) }
        walk(mine, row, weight, own + [node.column], other, &attributions)
        walk(theirs, row, weight, own, other + [node.column], &attributions)
    }

    /// Of n = a + b columns in question, a on the row's side: each of those gets (a - 1)! b! / n!, each other loses a! (b - 1)! / n!.
    private func share(_ value: Double, _ own: [Int], _ other: [Int], _ attributions: inout [Double]) {
        let (a, b) = (own.count, other.count)
        guard a + b > 0, value != 0 else { return }
        let choices = Self.binomial(a + b, a)
        for column in own { attributions[column] += value / (Double(a) * choices) }
        for column in other { attributions[column] -= value / (Double(b) * choices) }
    }

    private static func binomial(_ n: Int, _ k: Int) -> Double {
        (0..<min(k, n - k)).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
    }
}
