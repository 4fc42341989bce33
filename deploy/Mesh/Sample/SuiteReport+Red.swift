import Contracts

extension SuiteReport {
    /// The tests that did not pass, with what they found.
    var red: String {
        results.filter { $0.verdict != .pass }.map { "\($0.name): \($0.message)" }.joined(separator: "; ")
    }
}
