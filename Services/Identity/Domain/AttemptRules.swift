import Contracts

/// What a credential of an attempt may say.
enum AttemptRules {
    /// Seconds; services forget what was revoked an hour after the longest-lived token.
    static let seconds = 1...86_400

    /// Throws `unprocessable` with every fault.
    static func check(_ asked: NewAttempt) throws(Problem) {
        var faults: [FieldFault] = []
        if asked.run.wholeMatch(of: /[0-9a-zA-Z-]{1,64}/) == nil { faults.append(FieldFault("run", expected: "the id of a run")) }
        if asked.attempt < 1 { faults.append(FieldFault("attempt", expected: "a whole number from 1")) }
        if !Names.isName(asked.team) { faults.append(FieldFault("team", expected: Names.expectation)) }
        if !seconds.contains(asked.seconds) {
            faults.append(FieldFault("seconds", expected: "a whole number from \(seconds.lowerBound) to \(seconds.upperBound)"))
        }
        guard faults.isEmpty else { throw Problem(.unprocessable, errors: faults) }
    }

    /// The subject of an attempt's token.
    static func subject(_ name: String) -> String { "attempt:" + name }
}
