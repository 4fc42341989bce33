import Contracts

/// What a list of roles must be.
enum RoleRules {
    /// Each role once; none at all takes everything away.
    static func check(_ roles: [Role]) throws(FieldFault) {
        if Set(roles).count < roles.count { throw FieldFault("roles", expected: "each role once") }
    }
}
