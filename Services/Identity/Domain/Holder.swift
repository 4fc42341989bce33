import Contracts
import Foundation

/// Somebody who can hold a token: a person or a key, with what the token must say.
struct Holder: Sendable, Hashable {
    /// `person:<id>` or `key:<id>`.
    let subject: String
    let team: String
    let roles: [Role]
    /// Grows with every change of roles; older tokens stop working.
    let generation: Int
    /// After this no token may be valid; nil when there is no end.
    let endsAt: Date?

    var scopes: Set<Scope> { roles.reduce(into: []) { $0.formUnion($1.scopes) } }
}
