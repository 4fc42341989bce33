import Foundation

/// How unsure a model is of a row, from its class probabilities: 0 is sure, 1 knows nothing (Settles 2009, section 3.1).
public enum Uncertainty: String, Sendable, Codable, CaseIterable {
    /// 1 minus the greatest probability, scaled to reach 1.
    case leastConfidence
    /// 1 minus the distance between the two greatest probabilities.
    case margin
    /// The entropy over that of equal probabilities.
    case entropy

    /// The score of one row; 0 below two classes.
    public func score(_ probabilities: some Collection<Double>) -> Double {
        let classes = Double(probabilities.count)
        guard probabilities.count > 1 else { return 0 }
        switch self {
        case .leastConfidence:
            return (1 - (probabilities.max() ?? 1)) * classes / (classes - 1)
        case .margin:
            var first = -Double.infinity
            var second = -Double.infinity
            for value in probabilities {
                if value > first {
                    second = first
                    first = value
                } else if value > second {
                    second = value
                }
            }
            return 1 - (first - second)
        case .entropy:
            return probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } / log(classes)
        }
    }
}
