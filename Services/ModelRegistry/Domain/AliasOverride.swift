import Contracts
import Foundation

/// The wish to move a protected alias although its gate is closed.
enum AliasOverride {
    static let longestReason = 1_000

    /// Whether a change is to go past the gate. Throws unless who asks may, and says why.
    ///
    /// - Parameter mayOverride: whether the caller has the scope `operate`.
    static func isAsked(_ override: Bool?, reason: String?, mayOverride: Bool) throws -> Bool {
        guard override == true else { return false }
        guard mayOverride else {
            throw Problem(.overrideRefused, "An alias is moved past its gate with the scope operate, which your token does not have.")
        }
        let reason = (reason ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...longestReason).contains(reason.count) else {
            throw FieldFault("reason", expected: "why the gate is overridden, in 1 to \(longestReason) characters")
        }
        return true
    }
}
