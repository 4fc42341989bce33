/// The mean loss of softmax regression with its penalty; the parameters are the weights (features x classes), then the bias.
struct SoftmaxObjective {
    let rows: ClassificationRows
    let l2: Double
    private var scores: [Double]

    init(rows: ClassificationRows, l2: Double) {
        self.rows = rows
        self.l2 = l2
        scores = Array(repeating: 0, count: rows.labels.count * rows.classes)
    }

    private var weightCount: Int { rows.features.columns * rows.classes }
    var parameterCount: Int { weightCount + rows.classes }

    /// Two products do the work: scores = features * weights, and gradient = features' * (shares * (p - one-hot)).
    mutating func evaluate(_ parameters: [Double], gradient: inout [Double]) -> Double {
        let features = rows.features
        let (classes, weightCount, labels, shares) = (rows.classes, weightCount, rows.labels, rows.shares)
        let loss = scores.withUnsafeMutableBufferPointer { scores in
            parameters.withUnsafeBufferPointer { parameters in
                gradient.withUnsafeMutableBufferPointer { gradient in
                    guard let z = scores.baseAddress, let w = parameters.baseAddress, let g = gradient.baseAddress else { return 0.0 }
                    for row in 0..<features.rows {
                        (z + row * classes).update(from: w + weightCount, count: classes)
                    }
                    Double.gemm(GemmShape(m: features.rows, n: classes, k: features.columns), alpha: 1, features.elements, w, beta: 1, z)
                    let loss = Softmax.lossAndGradient(z, labels: labels, rowWeights: shares, columns: classes)
                    let back = GemmShape(m: features.columns, n: classes, k: features.rows, transposesA: true)
                    Double.gemm(back, alpha: 1, features.elements, z, beta: 0, g)
                    (g + weightCount).update(repeating: 0, count: classes)
                    for row in 0..<features.rows { Double.axpy(classes, alpha: 1, z + row * classes, g + weightCount) }
                    Double.axpy(weightCount, alpha: l2, w, g)
                    return loss + l2 / 2 * Double.dot(weightCount, w, w)
                }
            }
        }
        return loss
    }

    /// The parameters as a layer.
    func layer(_ parameters: [Double]) -> DenseLayer {
        let weights = Matrix(rows: rows.features.columns, columns: rows.classes, elements: Array(parameters[..<weightCount]))
        return DenseLayer(weights: weights, bias: Array(parameters[weightCount...]))
    }
}
