import Foundation

/// A step of an optimiser.
struct ProgressPoint: Sendable, Hashable {
    let iteration: Int
    let loss: Double
    let at: Date
}
