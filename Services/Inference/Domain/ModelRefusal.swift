import Contracts

/// Why a version of a model cannot be served.
struct ModelRefusal: Error, Sendable, Hashable, ProblemConvertible {
    let model: String
    let version: String
    /// In the words of whoever refused it: the engine, the store, or the interface's check.
    let reason: String
    /// Whether trying again may help: a file may arrive, a damaged one be healed.
    let isPassing: Bool

    /// For a caller who wanted a prediction: nothing is wrong with the request.
    var problem: Problem {
        Problem(.notReady, "Version \(version) of \(model) cannot be served: \(reason)", retryAfter: isPassing ? 5 : nil)
    }

    /// For whoever asked to have it loaded.
    var refusedLoad: Problem {
        Problem(.modelRefused, "Version \(version) of \(model) cannot be loaded: \(reason)")
    }
}
