import Contracts
import Foundation

/// Who may make which key.
enum KeyRules {
    /// An administrator makes any key; others only keys of their own team with roles that they hold, and never administrator keys.
    static func check(_ asked: NewKey, by caller: (team: String, roles: Set<Role>), at now: Date) throws(Problem) {
        var faults: [FieldFault] = []
        if asked.name.isEmpty || asked.name.utf8.count > 100 { faults.append(FieldFault("name", expected: "1 to 100 bytes of text")) }
        if asked.roles.isEmpty { faults.append(FieldFault("roles", expected: "at least one role")) }
        if Set(asked.roles).count < asked.roles.count { faults.append(FieldFault("roles", expected: "each role once")) }
        if let end = asked.expiresAt, end <= now { faults.append(FieldFault("expiresAt", expected: "a time that is to come")) }
        if !faults.isEmpty { throw Problem(.invalidField, errors: faults) }
        if caller.roles.contains(.administrator) { return }
        if asked.team != caller.team {
            throw Problem(.forbidden, "Only an administrator makes keys for another team than \(caller.team).")
        }
        let foreign = Set(asked.roles).subtracting(caller.roles)
        if !foreign.isEmpty {
            throw Problem(.forbidden, "You do not hold the role \(foreign.map(\.rawValue).sorted().joined(separator: ", ")).")
        }
    }
}
