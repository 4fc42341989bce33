import Contracts
import Cryptography
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Who may pass the gateway")
struct GatewayAuthenticationTests {
    /// The ways in which clients send a key.
    static let forms: [[String: String]] = [
        ["Authorization": "Bearer mk_secret"], ["authorization": "bearer mk_secret"],
        ["Authorization": "Basic " + Data("anything:mk_secret".utf8).base64EncodedString()], ["Authorization": "Token mk_secret"],
        ["X-API-Key": "mk_secret"],
    ]

    @Test("a key in any of its forms becomes its token; the key itself goes no further")
    func keys() async throws {
        try await TestGateway.run { gateway in
            let token = try gateway.token(scope: "read")
            _ = AdminSocket(path: gateway.layout.adminSocket(.public)).ask(
                "add map keys.map \(hexadecimal(SHA256.digest("mk_secret")).uppercased()) \(token)")

            for form in Self.forms {
                let answer = try await gateway.http.send("GET", "/v1/identity/teams", headers: form)

                #expect(answer.status == 200, "\(form)")
                #expect(answer.received("authorization") == "Bearer \(token)")
                #expect(answer.received("x-api-key") == nil)
                #expect(!answer.text.contains("mk_secret"))
            }
            let other = try await gateway.http.send("GET", "/v1/identity/teams", headers: ["X-API-Key": "mk_other"])
            #expect(other.status == 401)
        }
    }

    @Test("a session reads with its cookie alone, and changes things only with the header that equals its second cookie")
    func sessions() async throws {
        try await TestGateway.run { gateway in
            let digest = hexadecimal(SHA256.digest("ms_session")).uppercased()
            _ = AdminSocket(path: gateway.layout.adminSocket(.public)).ask(
                "add map keys.map \(digest) \(try gateway.token(scope: "build"))")
            let cookies = "mesh_session=ms_session; mesh_csrf=0123456789abcdef"
            let post = { (headers: [String: String]) in
                try await gateway.http.send("POST", "/v1/trainer/runs", headers: headers, json: "{}")
            }

            let read = try await gateway.http.send("GET", "/v1/identity/keys", headers: ["Cookie": cookies])
            let without = try await post(["Cookie": cookies])
            let wrong = try await post(["Cookie": cookies, "X-CSRF-Token": "0123456789abcdeF"])
            let empty = try await post(["Cookie": "mesh_session=ms_session; mesh_csrf=", "X-CSRF-Token": ""])
            let right = try await post(["Cookie": cookies, "X-CSRF-Token": "0123456789abcdef"])

            #expect(read.status == 200)
            #expect([without, wrong, empty].map(\.status) == [403, 403, 403])
            #expect(without.json["detail"]?.stringValue?.contains("X-CSRF-Token") == true)
            #expect(right.status == 200)
            #expect(right.received("cookie") == nil)
        }
    }

    @Test("a token in the session's cookie is no session")
    func tokenAsCookie() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.http.send(
                "GET", "/v1/identity/teams", headers: ["Cookie": "mesh_session=\(try gateway.token())"])
            #expect(answer.status == 401)
        }
    }

    @Test("a token must be ours in every respect", arguments: Listener.allCases)
    func tokens(listener: Listener) async throws {
        try await TestGateway.run(listener) { gateway in
            let good = try gateway.token()
            let now = Int(Date.now.timeIntervalSince1970)
            let kid = gateway.key.publicKey.thumbprint
            let rs256 = "{\"alg\":\"RS256\",\"kid\":\"\(kid)\"}"
            let payload = { (rest: String) in "{\"iss\":\"https://mlmesh\",\"sub\":\"key:x\",\"scope\":\"read\"\(rest)}" }
            let hmac = Base64URL.encode(Array("{\"alg\":\"HS256\",\"kid\":\"\(kid)\"}".utf8)) + "." + good.split(separator: ".")[1]
            let bad: [(String, String)] = [
                ("expired", try gateway.token(lives: -10)),
                ("other issuer", try gateway.token(issuer: "https://else")),
                ("other audience", try gateway.token(audience: "else")),
                ("foreign key", try gateway.token(key: .generate())),
                ("unknown key id", try gateway.token(kid: "other")),
                ("no end", gateway.token(header: rs256, payload: payload(",\"aud\":\"mlmesh\""))),
                ("audience in a list", gateway.token(header: rs256, payload: payload(",\"aud\":[\"mlmesh\"],\"exp\":\(now + 300)"))),
                ("no key id", gateway.token(header: "{\"alg\":\"RS256\"}", payload: payload(",\"aud\":\"mlmesh\",\"exp\":\(now + 300)"))),
                (
                    "other algorithm",
                    gateway.token(
                        header: "{\"alg\":\"ES256\",\"kid\":\"\(kid)\"}", payload: payload(",\"aud\":\"mlmesh\",\"exp\":\(now + 300)"))
                ),
                (
                    "no algorithm",
                    gateway.token(
                        header: "{\"alg\":\"none\",\"kid\":\"\(kid)\"}", payload: payload(",\"aud\":\"mlmesh\",\"exp\":\(now + 300)"))
                ),
                (
                    "the public key as a secret",
                    hmac + "." + Base64URL.encode(authenticationCode(of: Array(hmac.utf8), key: Array(gateway.key.publicKeyPEM.utf8)))
                ),
                ("no signature", good.split(separator: ".").prefix(2).joined(separator: ".") + "."),
                ("changed", String(good.dropLast(4)) + "AAAA"),
                ("no token", "a.b.c"),
            ]

            let fraction = gateway.token(header: rs256, payload: payload(",\"aud\":\"mlmesh\",\"exp\":\(now + 300).25"))
            for token in [good, fraction] {
                let answer = try await gateway.http.send("GET", "/v1/identity/teams", token: token)
                #expect(answer.status == 200)
            }
            for (name, token) in bad {
                let answer = try await gateway.http.send("GET", "/v1/identity/teams", token: token)
                #expect(answer.status == 401, "\(name)")
                #expect(answer[header: "www-authenticate"] != nil, "\(name)")
                #expect(answer.json["code"]?.stringValue == "request.unauthenticated", "\(name)")
            }
            let anonymous = try await gateway.http.send("GET", "/v1/identity/teams")
            #expect(anonymous.status == 401)
        }
    }

    @Test("a good signature is remembered for the very same bytes and for nothing else; the token's end counts all the same")
    func remembered() async throws {
        try await TestGateway.run { gateway in
            let status = { (token: String) in try await gateway.http.send("GET", "/v1/identity/teams", token: token).status }
            let remembered = {
                AdminSocket(path: gateway.layout.adminSocket(.public)).ask("show table signatures")?.components(separatedBy: "gpt0=1").count
            }
            let short = try gateway.token(lives: 8)
            let parts = try gateway.token(scope: "read").split(separator: ".")
            let stronger = try gateway.token(scope: "read administer").split(separator: ".")
            #expect(remembered() == 1)

            for _ in 0..<3 { #expect(try await status(short) == 200) }
            #expect(remembered() == 2)
            #expect(try await status(parts.joined(separator: ".")) == 200)
            #expect(remembered() == 3)
            // The signature of one below the words of another.
            #expect(try await status([parts[0], stronger[1], parts[2]].joined(separator: ".")) == 401)
            #expect(try await status(parts.joined(separator: ".") + ".") == 401)
            #expect(try await status([parts[0], parts[1], stronger[2]].joined(separator: ".")) == 401)
            #expect(remembered() == 3)
            try await eventually(within: .seconds(20)) { try await status(short) == 401 ? nil : "it still counts" }
            #expect(remembered() == 3)
        }
    }

    @Test("a route asks for its scope; one for services alone lets nobody in from outside")
    func scopes() async throws {
        try await TestGateway.run { gateway in
            let cases: [(method: String, path: String, scope: String, status: Int)] = [
                ("GET", "/v1/identity/teams", "read", 200),
                ("GET", "/v1/identity/teams", "infer label build operate administer", 403),
                ("GET", "/v1/identity/teams", "readx xread read-only", 403),
                ("GET", "/v1/identity/teams", "infer read build", 200),
                ("GET", "/v1/identity/session", "", 200),
                ("GET", "/v1/identity/gateway/entries", "service read administer services", 403),
                ("PUT", "/v1/monitor/segments/a/1", "service", 403),
            ]
            for entry in cases {
                let answer = try await gateway.http.send(entry.method, entry.path, token: try gateway.token(scope: entry.scope))
                #expect(answer.status == entry.status, "\(entry)")
            }
        }
    }

    @Test("an open route needs nothing and hands on what it was sent")
    func open() async throws {
        try await TestGateway.run { gateway in
            let basic = "Basic " + Data("trainer:mk_secret".utf8).base64EncodedString()
            let answer = try await gateway.http.send(
                "POST", "/v1/identity/token", headers: ["Authorization": basic], body: Array("x=1".utf8))

            #expect(answer.status == 200)
            #expect(answer.received("authorization") == basic)
        }
    }
}
