import Contracts

/// Bounds of the queue.
enum QueueRules {
    static let priorities = -100...100
    /// Seconds.
    static let timeouts = 1...604_800
    static let standardTimeout = 86_400
    static let quotas = 0...1_000

    /// Throws what is wrong with the priority and timeout that a run asks for.
    static func check(_ asked: NewRun) throws(Problem) {
        var faults: [FieldFault] = []
        if let priority = asked.priority, !priorities.contains(priority) {
            faults.append(FieldFault("priority", expected: "a whole number from \(priorities.lowerBound) to \(priorities.upperBound)"))
        }
        if let seconds = asked.timeoutSeconds, !timeouts.contains(seconds) {
            faults.append(FieldFault("timeoutSeconds", expected: "whole seconds from \(timeouts.lowerBound) to \(timeouts.upperBound)"))
        }
        guard faults.isEmpty else { throw Problem(.unprocessable, errors: faults) }
    }
}
