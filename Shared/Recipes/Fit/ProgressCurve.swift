import LinearAlgebra

/// Keeps the steps of a fit while it passes them on.
final class ProgressCurve {
    private(set) var steps: [TrainingProgress] = []
    private let handler: TrainingProgress.Handler

    init(_ handler: @escaping TrainingProgress.Handler) {
        self.handler = handler
    }

    func note(_ step: TrainingProgress) throws {
        steps.append(step)
        try handler(step)
    }
}
