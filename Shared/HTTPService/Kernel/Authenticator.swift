import Contracts
import Cryptography
import Foundation

/// Turns the Authorization header into a caller; the same for Hummingbird and for the event loop.
public final class Authenticator: Sendable {
    /// Looked at for every request.
    public let denyList: DenyList
    private let verifier: TokenVerifier
    private let cache: TokenCache
    private let now: @Sendable () -> Date
    /// Who everybody is where no tokens are asked for.
    private let local: Admission?

    /// With a `local` caller every request is that caller's, whatever its headers say.
    public init(
        verifier: TokenVerifier, denyList: DenyList = DenyList(), local: Caller? = nil, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.verifier = verifier
        self.denyList = denyList
        self.now = now
        self.local = local.map { Admission(caller: $0, claims: nil) }
        cache = TokenCache()
    }

    /// The caller, or the 401 to answer. `authorization` is the value of the one Authorization header.
    public func authenticate(authorization: String?) -> Result<Caller, Problem> {
        admission(authorization: authorization).map(\.caller)
    }

    /// The caller with what its token says, or the 401 to answer.
    func admission(authorization: String?) -> Result<Admission, Problem> {
        if let local { return .success(local) }
        guard let authorization else { return .failure(Problem(.unauthenticated, "An Authorization header with a Bearer token is needed")) }
        guard let token = Self.bearer(authorization) else {
            return .failure(Problem(.unauthenticated, "The Authorization header must be 'Bearer' and a token"))
        }
        guard let admission = cache[token] ?? verified(token), let claims = admission.claims, isCurrent(admission),
            denyList.allows(claims)
        else { return .failure(Problem(.unauthenticated, "The token is not valid")) }
        return .success(admission)
    }

    /// Whether the token has not run out.
    func isCurrent(_ admission: Admission) -> Bool {
        admission.claims?.isCurrent(at: now()) ?? true
    }

    private func verified(_ token: String) -> Admission? {
        guard let claims = try? verifier.authenticate(token), let caller = Caller(claims) else { return nil }
        let admission = Admission(caller: caller, claims: claims)
        if claims.isCurrent(at: now()) { cache.insert(admission, for: token) }
        return admission
    }

    /// The token of `Bearer <token>`; the scheme in any case (RFC 7235), one space.
    static func bearer(_ authorization: String) -> String? {
        let scheme = authorization.utf8.prefix(7)
        guard scheme.count == 7, scheme.elementsEqual("bearer ".utf8, by: { $0 == $1 || $0 | 0x20 == $1 }) else { return nil }
        let token = authorization.utf8.dropFirst(7)
        return token.isEmpty || token.contains(UInt8(ascii: " ")) ? nil : String(Substring(token))
    }
}
