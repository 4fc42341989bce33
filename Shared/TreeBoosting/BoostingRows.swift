/// Rows that trees are fitted to, or held against.
public struct BoostingRows: Sendable {
    /// Row-major; NaN is a missing value.
    public let features: [Float]
    public let columns: Int
    /// Positions of the classes, or numbers.
    public let targets: [Float]
    /// Counts each row so many times.
    public let weights: [Float]?

    public var count: Int { targets.count }

    /// Throws ``BoostingError/invalid(_:expected:)`` where the sizes do not agree.
    public init(features: [Float], columns: Int, targets: [Float], weights: [Float]? = nil) throws(BoostingError) {
        guard columns > 0, !targets.isEmpty else { throw .invalid("rows", expected: "at least one with at least one feature") }
        guard features.count == columns * targets.count else { throw .invalid("features", expected: "rows x columns") }
        guard weights == nil || weights?.count == targets.count else { throw .invalid("weights", expected: "one a row") }
        guard targets.allSatisfy(\.isFinite) else { throw .invalid("targets", expected: "finite") }
        self.features = features
        self.columns = columns
        self.targets = targets
        self.weights = weights
    }

    func check(_ objective: BoostingOptions.Objective) throws(BoostingError) {
        guard case .classes(let count) = objective else { return }
        guard count > 1 else { throw .invalid("classes", expected: "at least 2") }
        guard targets.allSatisfy({ $0 >= 0 && $0 < Float(count) && $0 == $0.rounded() }) else {
            throw .invalid("targets", expected: "whole numbers in 0 ..< \(count)")
        }
    }
}
