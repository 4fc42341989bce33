import Contracts
import Cryptography
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("API keys")
struct KeyRouteTests {
    @Test("a key's secret is shown once and kept as its digest; the gateway gets its token at once")
    func made() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let key = try await identity.key()
                let secret = try #require(key.secret)
                let listed = try await identity.send("GET", "/v1/identity/keys")
                let token = try #require(try await identity.token(for: secret))
                let claims = try identity.claims(token)

                #expect(secret.hasPrefix("mk_"))
                #expect(!listed.text.contains(secret) && listed.text.contains(key.id))
                #expect(claims.sub == "key:\(key.id)" && claims.exp - claims.iat == 86_400)
            }
        }
    }

    @Test("neither the database nor the log holds a secret or a token")
    func secrets() async throws {
        try await IdentityMesh.with { mesh async throws in
            let secrets = try await mesh.run { identity async throws -> [String] in
                try await identity.team()
                let key = try await identity.key()
                let invitation = try await identity.invitation(for: try await identity.person())
                let session = try await identity.signIn(invitation)
                _ = try await identity.signIn(invitation)
                _ = try await identity.oauth("grant_type=client_credentials", basic: "\(key.id):\(key.secret ?? "")")
                _ = try await identity.oauth("grant_type=client_credentials", basic: "\(key.id):wrong-secret-here")
                _ = try await identity.http.send("GET", "/v1/identity/session?token=in-the-query", token: "bad.token.here")
                let cookie = session.cookies["mesh_session"] ?? ""
                return [
                    key.secret ?? "", invitation.token, cookie, "wrong-secret-here", "bad.token.here", IdentityMesh.trainerSecret,
                    IdentityMesh.administratorKey,
                ]
            }

            #expect(secrets.allSatisfy { $0.count > 10 })
            let logged = mesh.logs.value.joined(separator: "\n")
            #expect(!logged.isEmpty)
            for secret in secrets { #expect(!logged.contains(secret), "\(secret) is in the log") }
            for table in ["api_keys", "invitations", "sessions", "services", "audit", "idempotency_keys"] {
                let rows = try await mesh.database.query(
                    "SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM \(identifier: table) t")
                let text = try rows[0].decode("text", as: String.self)
                for secret in secrets { #expect(!text.contains(secret), "\(table)") }
            }
        }
    }

    @Test("answers with secrets are given again to a repetition, and stand nowhere in the clear")
    func repeatedSecrets() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team("documents")
                let person = try await identity.person()
                let secret = IdentityMesh.trainerSecret
                let asked = [
                    ("/v1/identity/keys", "application/json", #"{"name":"a","team":"documents","roles":["viewer"]}"#, "secret"),
                    ("/v1/identity/people/\(person.id)/invitations", "application/json", "{}", "token"),
                    (
                        "/v1/identity/token", "application/x-www-form-urlencoded",
                        "grant_type=client_credentials&client_id=trainer&client_secret=\(secret)", "access_token"
                    ),
                ]
                var secrets = [secret]
                for (path, type, body, member) in asked {
                    let send = {
                        try await identity.http.send(
                            "POST", path, token: path.hasSuffix("token") ? nil : mesh.administrator,
                            headers: ["Idempotency-Key": "guessable-key", "Content-Type": type], body: Array(body.utf8))
                    }
                    let (first, again) = (try await send(), try await send())
                    #expect((200...201).contains(first.status), "\(path): \(first.text)")
                    #expect(again[header: "idempotency-replayed"] == "true")
                    #expect(again.body == first.body)
                    secrets.append(try #require(first.json[member]?.stringValue))
                }
                let rows = try await mesh.database.query(
                    "SELECT string_agg(k::text, ' ') AS kept, count(*) AS count FROM idempotency_keys k")
                let kept = try rows[0].decode("kept", as: String.self)
                #expect(try rows[0].decode("count", as: Int.self) == asked.count)
                for secret in secrets + ["guessable-key"] {
                    #expect(!kept.contains(secret))
                    #expect(!kept.contains(hexadecimal(secret.utf8)))
                }
            }
        }
    }

    @Test("people and keys are kept together with their answers", arguments: ["people", "keys", "teams"])
    func answerWithTheWork(kind: String) async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team("documents")
                // Any answer that is kept in a transaction of its own is lost.
                try await mesh.database.execute(
                    """
                    CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN
                        IF NOT EXISTS (SELECT 1 FROM audit WHERE audit.at = now()) THEN RAISE EXCEPTION 'too late'; END IF;
                        RETURN new;
                    END $$
                    """)
                try await mesh.database.execute(
                    "CREATE TRIGGER late BEFORE UPDATE ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION late()")
                let json = kind == "teams" ? #"{"name":"others"}"# : #"{"name":"a","team":"documents","roles":["viewer"]}"#
                let send = {
                    try await identity.http.send(
                        "POST", "/v1/identity/\(kind)", token: mesh.administrator, headers: ["Idempotency-Key": "k"], json: json)
                }
                let (first, again) = (try await send(), try await send())

                #expect(first.status == 201, "\(first.text)")
                #expect(again.status == 201 && again.body == first.body)
            }
        }
    }

    @Test("an engineer makes, sees and revokes keys of the own team, with own roles")
    func engineer() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team("documents")
                try await identity.team("others")
                let engineer = mesh.authority.person("eva", roles: [.engineer, .viewer], team: "documents")
                let foreign = try await identity.key(team: "others")
                let own = try await identity.key(roles: #"["viewer"]"#, as: engineer)
                let send = { (json: String) in try await identity.send("POST", "/v1/identity/keys", as: engineer, json: json).status }

                #expect(try await send(#"{"name":"a","team":"others","roles":["viewer"]}"#) == 403)
                #expect(try await send(#"{"name":"a","team":"documents","roles":["administrator"]}"#) == 403)
                #expect(try await send(#"{"name":"a","team":"documents","roles":["viewer","operator"]}"#) == 403)
                let listed = try await identity.send("GET", "/v1/identity/keys", as: engineer).decode(Page<APIKey>.self).items
                #expect(listed.map(\.id) == [own.id])
                #expect(try await identity.send("DELETE", "/v1/identity/keys/\(foreign.id)", as: engineer).status == 404)
                #expect(try await identity.send("DELETE", "/v1/identity/keys/\(own.id)", as: engineer).status == 204)
                #expect(try await identity.token(for: foreign.secret ?? "") != nil)
                #expect(try await identity.token(for: own.secret ?? "") == nil)
            }
        }
    }

    @Test("revoking takes the gateway's entry away, tells every service once, and may be repeated")
    func revoked() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let key = try await identity.key()
                for _ in 0..<2 { #expect(try await identity.send("DELETE", "/v1/identity/keys/\(key.id)").status == 204) }

                let entries = try await identity.gatewayEntries()
                #expect(entries[IdentityMesh.digest(key.secret ?? "")] == .some(nil))
                #expect(try await mesh.events(EventType.revoked).map { $0["keyId"]?.stringValue } == [key.id])
            }
        }
    }

    @Test("other roles make another token, and the older ones die within a second")
    func roles() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let key = try await identity.key(roles: #"["engineer"]"#)
                let old = try #require(try await identity.token(for: key.secret ?? ""))
                #expect(try await identity.send("GET", "/v1/identity/keys", as: old).status == 200)

                let changed = try await identity.send("PUT", "/v1/identity/keys/\(key.id)/roles", json: #"{"roles":["viewer"]}"#)
                let start = ContinuousClock.now
                try await eventually {
                    let status = try await identity.send("GET", "/v1/identity/session", as: old).status
                    return status == 401 ? nil : "\(status)"
                }
                let new = try #require(try await identity.token(for: key.secret ?? ""))

                #expect(changed.status == 200)
                #expect(ContinuousClock.now - start < .seconds(1))
                #expect(try identity.claims(new).roles == ["viewer"])
                #expect(try await identity.send("GET", "/v1/identity/keys", as: new).status == 403)
                #expect(try await mesh.events(EventType.rolesChanged) == [["subject": .string("key:\(key.id)"), "generation": 2]])
            }
        }
    }

    @Test("a key ends when its time is over")
    func expiry() async throws {
        try await IdentityMesh.with { mesh async throws in
            try await mesh.run { identity async throws in
                try await identity.team()
                let end = Date.now.addingTimeInterval(3600)
                let json = #"{"name":"a","team":"documents","roles":["viewer"],"expiresAt":"\#(end.ISO8601Format())"}"#
                let key = try await identity.made(APIKey.self, "/v1/identity/keys", json)
                let claims = try identity.claims(try #require(try await identity.token(for: key.secret ?? "")))
                #expect(claims.exp <= Int(end.timeIntervalSince1970))

                try await mesh.database.execute("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = \(key.id)")
                let refused = try await identity.oauth("grant_type=client_credentials", basic: "\(key.id):\(key.secret ?? "")")
                #expect(refused.status == 401)
                let past = try await identity.send(
                    "POST", "/v1/identity/keys",
                    json: #"{"name":"a","team":"documents","roles":["viewer"],"expiresAt":"2020-01-01T00:00:00Z"}"#)
                #expect(past.status == 400 && past.json["errors"]?.arrayValue?.first?["field"] == "expiresAt")
            }
        }
    }
}

extension ProbeAnswer {
    /// The cookies that an answer sets, by name.
    var cookies: [String: String] {
        let pairs = headers.filter { $0.name == "set-cookie" }.compactMap { header -> (String, String)? in
            let parts = header.value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs) { _, last in last }
    }

    /// The attributes of a cookie that an answer sets.
    func attributes(ofCookie name: String) -> Set<String> {
        let header = headers.first { $0.name == "set-cookie" && $0.value.hasPrefix(name + "=") }
        return Set(header?.value.split(separator: ";").dropFirst().map { $0.trimmingCharacters(in: .whitespaces) } ?? [])
    }
}
