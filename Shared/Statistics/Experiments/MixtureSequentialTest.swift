import Foundation

/// The mixture sequential probability ratio test of a difference of means (Johari, Koomen, Pekelis & Walsh 2017).
public struct MixtureSequentialTest: Sendable, Equatable, Codable {
    /// The variance t of the effects that are thought likely, in squared units of the metric.
    public let effectVariance: Double
    /// The least p-value of all looks.
    public private(set) var pValue: Double

    public init(effectVariance: Double) {
        self.effectVariance = effectVariance
        pValue = 1
    }

    /// Looks: L = sqrt(V / (V + n t)) exp(n^2 t d^2 / (2 V (V + n t))), with n pairs and V the sum of the arms' variances.
    public mutating func look(control: Moments, treatment: Moments) {
        let variance = control.variance + treatment.variance
        let n = Double(min(control.count, treatment.count))
        guard variance > 0, n > 1 else { return }
        let difference = treatment.mean - control.mean
        let total = variance + n * effectVariance
        let logRatio = 0.5 * log(variance / total) + n * n * effectVariance * difference * difference / (2 * variance * total)
        pValue = min(pValue, exp(-logRatio))
    }
}
