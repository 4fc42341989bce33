/// Why a job ended without a result: one sentence for its owner. Trying again would not help.
struct JobFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
