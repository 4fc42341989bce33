import Contracts
import Cryptography
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("People, invitations and sessions")
struct PersonRouteTests {
    @Test("a person signs in by invitation once; the session is hidden from scripts, its CSRF text is not")
    func signIn() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let person = try await identity.person(roles: #"["engineer"]"#)
                let invitation = try await identity.invitation(for: person)
                let answer = try await identity.signIn(invitation)
                let again = try await identity.signIn(invitation)

                #expect(invitation.url == "https://mesh.example/console/#invitation=\(invitation.token)")
                #expect(answer.status == 201)
                let info = try answer.decode(SessionInfo.self)
                #expect(info.subject == "person:\(person.id)" && info.team == "documents" && info.roles == [.engineer])
                #expect(answer.attributes(ofCookie: "mesh_session").isSuperset(of: ["HttpOnly", "SameSite=Lax", "Path=/"]))
                #expect(answer.attributes(ofCookie: "mesh_csrf").contains("SameSite=Lax"))
                #expect(!answer.attributes(ofCookie: "mesh_csrf").contains("HttpOnly"))
                #expect((answer.cookies["mesh_csrf"]?.count ?? 0) >= 32)
                #expect(again.status == 422 && again.json["code"] == "identity.invitation_spent")
                #expect(again.headers.allSatisfy { $0.name != "set-cookie" })
            }
        }
    }

    @Test("a sign-in that is repeated under its key gives the same session again; another key finds the invitation spent")
    func repeatedSignIn() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let invitation = try await identity.invitation(for: try await identity.person())
                let signIn = { (key: String) in
                    try await identity.http.send(
                        "POST", "/v1/identity/sessions", headers: ["Idempotency-Key": key],
                        json: #"{"invitation":"\#(invitation.token)"}"#)
                }
                let first = try await signIn("one")
                let again = try await signIn("one")

                #expect(first.status == 201 && again.status == 201)
                #expect((first.cookies["mesh_session"] ?? "").count > 20)
                for name in ["mesh_session", "mesh_csrf"] {
                    #expect(again.cookies[name] == first.cookies[name])
                    #expect(again.attributes(ofCookie: name) == first.attributes(ofCookie: name))
                }
                #expect(try await signIn("other").status == 422)
                let sessions = try await mesh.database.query("SELECT count(*) AS count FROM sessions")
                #expect(try sessions.first?.decode("count", as: Int.self) == 1)
            }
        }
    }

    @Test("a labeler is invited to the labeler's page; over TLS cookies are for TLS only")
    func labeler() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run(secureCookies: true) { identity async throws in
                try await identity.team()
                let invitation = try await identity.invitation(for: try await identity.person())
                let answer = try await identity.signIn(invitation)

                #expect(invitation.url.hasPrefix("https://mesh.example/label/#invitation=mi_"))
                #expect(answer.attributes(ofCookie: "mesh_session").contains("Secure"))
                #expect(answer.attributes(ofCookie: "mesh_csrf").contains("Secure"))
            }
        }
    }

    @Test("of many who use an invitation at the same time one gets in")
    func race() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let invitation = try await identity.invitation(for: try await identity.person())
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<8 { group.addTask { try await identity.signIn(invitation).status } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.sorted() == [201] + Array(repeating: 422, count: 7))
            }
        }
    }

    @Test("an invitation that has expired, that nobody made, or whose person was removed lets nobody in")
    func spent() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let expired = try await identity.invitation(for: try await identity.person())
                try await mesh.database.execute(
                    "UPDATE invitations SET expires_at = now() - interval '1 second' WHERE sha256 = \(IdentityMesh.digest(expired.token))")
                let removed = try await identity.person()
                let orphan = try await identity.invitation(for: removed)
                #expect(try await identity.send("DELETE", "/v1/identity/people/\(removed.id)").status == 204)

                #expect(try await identity.signIn(expired).status == 422)
                #expect(try await identity.signIn(orphan).status == 422)
                #expect(try await identity.signIn(Invitation(url: "", token: "mi_made-up", expiresAt: .now)).status == 422)
                #expect(try await identity.send("POST", "/v1/identity/people/\(removed.id)/invitations", json: "{}").status == 404)
                let sessions = try await mesh.database.query("SELECT id FROM sessions")
                #expect(sessions.isEmpty)
            }
        }
    }

    @Test("the session's token carries the person; signing out ends it everywhere")
    func signOut() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let session = try await identity.signIn(try await identity.invitation(for: try await identity.person()))
                let cookie = try #require(session.cookies["mesh_session"])
                let token = try #require(try await identity.token(for: cookie))
                let shown = try await identity.send("GET", "/v1/identity/session", as: token)
                #expect(shown.status == 200 && shown.json["name"] == "Ada")

                let left = try await identity.send("DELETE", "/v1/identity/session", as: token)
                #expect(left.status == 200)
                #expect(left.attributes(ofCookie: "mesh_session").contains("Max-Age=0"))
                #expect(try await identity.gatewayEntries()[IdentityMesh.digest(cookie)] == .some(nil))
                try await eventually {
                    let status = try await identity.send("GET", "/v1/identity/session", as: token).status
                    return status == 401 ? nil : "\(status)"
                }
            }
        }
    }

    @Test("a removed person's session and tokens stop within a second; a key has no session to end")
    func removed() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let person = try await identity.person(roles: #"["viewer"]"#)
                let session = try await identity.signIn(try await identity.invitation(for: person))
                let token = try #require(try await identity.token(for: session.cookies["mesh_session"] ?? ""))
                #expect(try await identity.send("GET", "/v1/identity/teams", as: token).status == 200)

                #expect(try await identity.send("DELETE", "/v1/identity/people/\(person.id)").status == 204)
                let start = ContinuousClock.now
                try await eventually {
                    let status = try await identity.send("GET", "/v1/identity/teams", as: token).status
                    return status == 401 ? nil : "\(status)"
                }
                #expect(ContinuousClock.now - start < .seconds(1))
                #expect(try await mesh.events(EventType.revoked) == [["subject": .string("person:\(person.id)")]])
                #expect(try await identity.send("DELETE", "/v1/identity/session", as: mesh.authority.key(roles: [.viewer])).status == 422)
            }
        }
    }

    @Test("other roles reach the open session by a new token")
    func roles() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let person = try await identity.person(roles: #"["viewer"]"#)
                let session = try await identity.signIn(try await identity.invitation(for: person))
                let answer = try await identity.send("PUT", "/v1/identity/people/\(person.id)/roles", json: #"{"roles":["operator"]}"#)
                let token = try #require(try await identity.token(for: session.cookies["mesh_session"] ?? ""))

                #expect(answer.status == 200)
                #expect(try identity.claims(token).roles == ["operator"])
                #expect(try identity.claims(token).gen == 2)
            }
        }
    }

    @Test("who did what is on record, newest first, in pages")
    func audit() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let person = try await identity.person()
                _ = try await identity.signIn(try await identity.invitation(for: person))
                let key = try await identity.key()
                _ = try await identity.send("DELETE", "/v1/identity/keys/\(key.id)")

                var records: [AuditRecord] = []
                var next: String?
                repeat {
                    let query = next.map { "?limit=2&page=\($0)" } ?? "?limit=2"
                    let page = try await identity.send("GET", "/v1/identity/audit\(query)").decode(Page<AuditRecord>.self)
                    records += page.items
                    next = page.nextPage
                } while next != nil

                #expect(records.map(\.action) == ["key.revoke", "key.add", "session.open", "person.invite", "person.add", "team.add"])
                #expect(
                    records.map(\.actor) == Array(repeating: "person:root", count: 2) + ["person:\(person.id)"]
                        + Array(repeating: "person:root", count: 3))
                #expect(records.first?.subject == key.id)
            }
        }
    }
}
