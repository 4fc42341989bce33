import Contracts
import Cryptography
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Signing in by invitation, who is signed in, signing out.
struct SessionRoutes: Sendable {
    let sessions: SessionStore
    let secureCookies: Bool

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/identity/sessions", use: open)
        router.get("/v1/identity/session", use: show)
        router.delete("/v1/identity/session", use: close)
    }

    @Sendable
    func open(_ request: Request, _ context: ServiceContext) async throws -> Reply<SessionInfo> {
        let asked = try await request.decode(as: NewSession.self, context: context)
        let csrf = hexadecimal(randomBytes(16))
        let opened = try await sessions.open(invitation: asked.invitation) {
            try await context.remember(signedIn($0, csrf: csrf), on: $1)
        }
        return signedIn(opened, csrf: csrf)
    }

    private func signedIn(_ opened: SessionStore.Opened, csrf: String) -> Reply<SessionInfo> {
        var reply = Reply.created(opened.session)
        let age = Int(opened.expiresAt.timeIntervalSinceNow)
        reply.headers.append(cookie("mesh_session", opened.secret, age: age, isHidden: true))
        reply.headers.append(cookie("mesh_csrf", csrf, age: age, isHidden: false))
        return reply
    }

    @Sendable
    func show(_ request: Request, _ context: ServiceContext) async throws -> Reply<SessionInfo> {
        guard let info = try await sessions.info(subject: try context.identity.subject) else {
            throw Problem(.notFound, "A service has no session.")
        }
        return .ok(info)
    }

    @Sendable
    func close(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let caller = try context.identity
        guard caller.kind == .person else { throw Problem(.unprocessable, "Only a person has a session; a key is revoked instead.") }
        try await sessions.close(person: String(caller.subject.dropFirst("person:".count)))
        var reply = Reply<JSONValue>([:])
        reply.headers.append(cookie("mesh_session", "", age: 0, isHidden: true))
        reply.headers.append(cookie("mesh_csrf", "", age: 0, isHidden: false))
        return reply
    }

    /// The CSRF cookie is readable, so that the page can repeat it in a header, which a foreign page cannot.
    private func cookie(_ name: String, _ value: String, age: Int, isHidden: Bool) -> HTTPField {
        var text = "\(name)=\(value); Path=/; Max-Age=\(age); SameSite=Lax"
        if isHidden { text += "; HttpOnly" }
        if secureCookies { text += "; Secure" }
        return HTTPField(name: .setCookie, value: text)
    }
}
