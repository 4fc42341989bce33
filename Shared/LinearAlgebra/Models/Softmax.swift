import Foundation

/// The softmax function and its loss.
enum Softmax {
    /// Turns each row of scores into probabilities, in place; the row's maximum is taken off first, so that nothing overflows.
    static func apply(_ scores: UnsafeMutablePointer<Double>, rows: Int, columns: Int) {
        for row in 0..<rows {
            let start = scores + row * columns
            var largest = -Double.infinity
            for column in 0..<columns where start[column] > largest { largest = start[column] }
            var sum = 0.0
            for column in 0..<columns {
                let value = exp(start[column] - largest)
                start[column] = value
                sum += value
            }
            for column in 0..<columns { start[column] /= sum }
        }
    }

    /// The weighted sum of -ln p(label) over rows of scores, which become weight * (p - one-hot label), the loss's gradient.
    static func lossAndGradient(
        _ scores: UnsafeMutablePointer<Double>, labels: [Int], rowWeights: [Double], columns: Int
    ) -> Double {
        var loss = 0.0
        for row in labels.indices {
            let start = scores + row * columns
            var largest = -Double.infinity
            for column in 0..<columns where start[column] > largest { largest = start[column] }
            let labelScore = start[labels[row]] - largest
            var sum = 0.0
            for column in 0..<columns {
                let value = exp(start[column] - largest)
                start[column] = value
                sum += value
            }
            let weight = rowWeights[row]
            loss += weight * (log(sum) - labelScore)
            for column in 0..<columns { start[column] *= weight / sum }
            start[labels[row]] -= weight
        }
        return loss
    }
}
