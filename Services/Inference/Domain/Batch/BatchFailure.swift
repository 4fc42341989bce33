/// Why a batch job ended without predictions: one sentence for its owner. Trying again would not help.
struct BatchFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
