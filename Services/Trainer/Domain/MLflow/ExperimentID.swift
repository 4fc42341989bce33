import MLflow

/// An experiment's id: a whole number, 0 for the experiment Default that each team has.
struct ExperimentID: Sendable, Hashable, CustomStringConvertible {
    static let ofDefault = ExperimentID(number: 0)
    static let defaultName = "Default"

    let number: Int64

    init(number: Int64) { self.number = number }

    /// Throws `INVALID_PARAMETER_VALUE` for what is no whole number.
    init(_ text: String) throws(MLflowError) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int64(text) else {
            throw .invalidExperimentID(text)
        }
        self.number = number
    }

    var description: String { String(number) }
}
