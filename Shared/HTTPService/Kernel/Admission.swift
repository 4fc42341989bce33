import Cryptography

/// A caller whose token was found authentic; shared by all requests that bring it.
final class Admission: Sendable {
    let caller: Caller
    /// What the token says; nil for the one caller of a service that asks for no tokens.
    let claims: TokenClaims?

    init(caller: Caller, claims: TokenClaims?) {
        self.caller = caller
        self.claims = claims
    }
}
