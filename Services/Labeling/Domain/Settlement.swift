import Contracts

/// Whether the answers to a task settle its label, by majority.
enum Settlement: Equatable {
    /// More answers are needed, this many in all.
    case waits(needed: Int)
    /// The label with most answers; where several have as many, the first in the order of choices, and it is tied.
    case settled(label: JSONValue, isTied: Bool)

    /// - Parameters:
    ///   - answers: those that are choices.
    ///   - needed: answers that were asked for so far; it never falls.
    ///   - most: the bound, at which whatever was answered has to do.
    init(answers: [JSONValue], choices: [JSONValue], needed: Int, agreement: Double, most: Int) {
        let counts = choices.map { choice in answers.count { $0 == choice } }
        guard answers.count >= needed, let top = counts.max(), top > 0, let first = counts.firstIndex(of: top) else {
            self = .waits(needed: needed)
            return
        }
        let isTied = counts.count { $0 == top } > 1
        // The tolerance covers what division loses, as in 4/5 against 0.8.
        let agrees = Double(top) / Double(answers.count) >= agreement - 1e-9
        if agrees && !isTied || answers.count >= most {
            self = .settled(label: choices[first], isTied: isTied)
        } else {
            self = .waits(needed: answers.count + 1)
        }
    }
}
