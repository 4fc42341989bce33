/// A tree of splits whose leaves hold a number; node 0 is the root.
public struct RegressionTree: Sendable, Hashable {
    /// Children of each node; -1 in both for a leaf.
    public let left: [Int]
    public let right: [Int]
    /// The feature that each node splits on.
    public let features: [Int]
    /// A row goes left where its feature is below this; a leaf's value in a leaf.
    public let values: [Float]
    /// Whether a missing value goes left.
    public let missingGoesLeft: [Bool]

    public func isLeaf(_ node: Int) -> Bool { left[node] < 0 }

    /// The leaf's value for a row of features.
    func value(_ row: UnsafePointer<Float>) -> Float {
        var node = 0
        while left[node] >= 0 {
            let feature = row[features[node]]
            let goesLeft = feature.isNaN ? missingGoesLeft[node] : feature < values[node]
            node = goesLeft ? left[node] : right[node]
        }
        return values[node]
    }

    /// Throws ``BoostingError/failed(_:)`` for what is no tree over so many features.
    init(_ stored: StoredBooster.Tree, columns: Int) throws(BoostingError) {
        let nodes = stored.leftChildren.count
        let sizes = [stored.rightChildren.count, stored.splitIndices.count, stored.splitConditions.count, stored.defaultLeft.count]
        guard nodes > 0, sizes.allSatisfy({ $0 == nodes }) else { throw .failed("a tree has lists of different lengths") }
        for node in 0..<nodes where stored.leftChildren[node] >= 0 {
            let children = [stored.leftChildren[node], stored.rightChildren[node]]
            // Children come after their parent, so that every walk ends.
            guard children.allSatisfy({ $0 > node && $0 < nodes }), (0..<columns).contains(stored.splitIndices[node]) else {
                throw .failed("a tree has a node that is none")
            }
        }
        left = stored.leftChildren
        right = stored.rightChildren
        features = stored.splitIndices
        values = stored.splitConditions
        missingGoesLeft = stored.defaultLeft.map { $0 != 0 }
    }
}
