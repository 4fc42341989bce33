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

    public init(verifier: TokenVerifier, denyList: DenyList = DenyList(), now: @escaping @Sendable () -> Date = { .now }) {
        self.verifier = verifier
        self.denyList = denyList
        self.now = now
        cache = TokenCache()
    }

    /// The caller, or the 401 to answer. `authorization` is the value of the one Authorization header.
    public func authenticate(authorization: String?) -> Result<Caller, Problem> {
        guard let authorization else { return .failure(Problem(.unauthenticated, "An Authorization header with a Bearer token is needed")) }
        guard let token = Self.bearer(authorization) else {
            return .failure(Problem(.unauthenticated, "The Authorization header must be 'Bearer' and a token"))
        }
        guard let entry = cache[token] ?? verified(token), entry.claims.isCurrent(at: now()), denyList.allows(entry.claims) else {
            return .failure(Problem(.unauthenticated, "The token is not valid"))
        }
        return .success(entry.caller)
    }

    private func verified(_ token: String) -> TokenCache.Entry? {
        guard let claims = try? verifier.authenticate(token), let caller = Caller(claims) else { return nil }
        let entry = TokenCache.Entry(claims: claims, caller: caller)
        if claims.isCurrent(at: now()) { cache.insert(entry, for: token) }
        return entry
    }

    /// The token of `Bearer <token>`; the scheme in any case (RFC 7235), one space.
    static func bearer(_ authorization: String) -> String? {
        let scheme = authorization.utf8.prefix(7)
        guard scheme.count == 7, scheme.elementsEqual("bearer ".utf8, by: { $0 == $1 || $0 | 0x20 == $1 }) else { return nil }
        let token = authorization.utf8.dropFirst(7)
        return token.isEmpty || token.contains(UInt8(ascii: " ")) ? nil : String(Substring(token))
    }
}
