import Contracts
import Cryptography
import EventLog
import Foundation
import HTTPService
import IdentityService
import Logging
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

/// Identity on a database of its own, with one service and the administrator's key bootstrapped.
struct IdentityMesh: Sendable {
    static let administratorKey = "mk_the-administrator's-key"
    static let trainerSecret = "the-trainer's-secret"

    let url: String
    let folder: URL
    let database: Database
    let logs = Recorder<[String]>([])
    let authority = TestAuthority()

    var administrator: String { authority.person("root", roles: [.administrator], team: "platform") }
    var agent: String { authority.service(.gatewayAgent) }

    static func digest(_ text: String) -> String { hexadecimal(SHA256.digest(text)).uppercased() }

    static func with<T: Sendable>(_ body: @Sendable (IdentityMesh) async throws -> T) async throws -> T {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return try await withDatabaseURL { url in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
            let bare = Database(url: url, maximumConnections: 1, logger: quiet)
            try await bare.execute("CREATE SCHEMA identity")
            bare.close()
            let database = Database(url: url, schema: "identity", maximumConnections: 2, logger: quiet)
            defer { database.close() }
            return try await withTemporaryFolder { folder in
                let mesh = IdentityMesh(url: url, folder: folder, database: database)
                try mesh.writeFiles(administratorKey: administratorKey)
                return try await body(mesh)
            }
        }
    }

    /// Writes the files that identity reads at its start.
    func writeFiles(administratorKey: String) throws {
        try Data(authority.key.privateKeyPEM.utf8).write(to: folder.appending(path: "key.pem"))
        let bootstrap = IdentityBootstrap(
            services: [.init(name: "trainer", sha256: Self.digest(Self.trainerSecret))],
            administratorKey: .init(name: "administrator", sha256: Self.digest(administratorKey)))
        try JSONEncoder().encode(bootstrap).write(to: folder.appending(path: "bootstrap.json"))
    }

    func service(secureCookies: Bool = false) throws -> MeshService {
        var reader = SettingsReader(environment: [
            "DATABASE_URL": url, "IDENTITY_PRIVATE_KEY": folder.appending(path: "key.pem").path,
            "IDENTITY_BOOTSTRAP": folder.appending(path: "bootstrap.json").path, "MESH_PUBLIC_URL": "https://mesh.example",
            "COOKIE_SECURE": String(secureCookies),
        ])
        let logs = logs
        let logger = Logger(label: "test", factory: { _ in RecordingLogHandler(lines: logs) })
        return try makeIdentityService(
            &reader, ServiceBase(name: .identity, http: authority.settings(), logger: logger, metrics: PrometheusRegistry()))
    }

    /// Runs an instance until the body returns.
    func run<T: Sendable>(secureCookies: Bool = false, _ body: @Sendable @escaping (IdentityProbe) async throws -> T) async throws -> T {
        try await withRunning(try service(secureCookies: secureCookies)) { http in
            try await eventually {
                let ready = try await http.send("GET", "/readyz")
                return ready.status == 200 ? nil : ready.text
            }
            return try await body(IdentityProbe(mesh: self, http: http))
        }
    }

    /// Events of a type that were told, as data.
    func events(_ type: String) async throws -> [JSONValue] {
        try await database.query("SELECT data::text AS body FROM events.log WHERE log.type = \(type) ORDER BY log.txid, log.sequence").map {
            row in
            try WireJSON.decode(JSONValue.self, from: Data(try row.decode("body", as: String.self).utf8))
        }
    }
}

/// What tests ask identity for.
struct IdentityProbe: Sendable {
    let mesh: IdentityMesh
    let http: HTTPProbe

    /// Sends as the administrator unless another token is given.
    func send(_ method: String, _ path: String, as token: String? = nil, json: String? = nil) async throws -> ProbeAnswer {
        let token = token ?? mesh.administrator
        guard let json else { return try await http.send(method, path, token: token) }
        return try await http.send(method, path, token: token, json: json)
    }

    func made<T: Decodable>(_ type: T.Type, _ path: String, as token: String? = nil, _ json: String) async throws -> T {
        let answer = try await send("POST", path, as: token, json: json)
        guard answer.status == 201 else { throw TestSupportError("\(path) answered \(answer.status): \(answer.text)") }
        return try answer.decode(type)
    }

    func team(_ name: String = "documents") async throws {
        _ = try await made(Team.self, "/v1/identity/teams", #"{"name":"\#(name)"}"#)
    }

    func key(team: String = "documents", roles: String = #"["viewer"]"#, as token: String? = nil) async throws -> APIKey {
        try await made(APIKey.self, "/v1/identity/keys", as: token, #"{"name":"app","team":"\#(team)","roles":\#(roles)}"#)
    }

    func person(team: String = "documents", roles: String = #"["labeler"]"#) async throws -> Person {
        try await made(Person.self, "/v1/identity/people", #"{"name":"Ada","team":"\#(team)","roles":\#(roles)}"#)
    }

    func invitation(for person: Person) async throws -> Invitation {
        try await made(Invitation.self, "/v1/identity/people/\(person.id)/invitations", "{}")
    }

    func signIn(_ invitation: Invitation) async throws -> ProbeAnswer {
        try await http.send("POST", "/v1/identity/sessions", json: #"{"invitation":"\#(invitation.token)"}"#)
    }

    /// What the gateway knows, by SHA-256; nil where the entry has ended.
    func gatewayEntries() async throws -> [String: String?] {
        let answer = try await send("GET", "/v1/identity/gateway/entries?after=0", as: mesh.agent)
        let entries = try answer.decode(GatewayEntries.self).entries
        return Dictionary(entries.map { ($0.sha256, $0.token) }) { _, last in last }
    }

    /// The token that the gateway would hand on for a secret.
    func token(for secret: String) async throws -> String? {
        try await gatewayEntries()[IdentityMesh.digest(secret)] ?? nil
    }

    /// Asks for a token as OAuth clients do.
    func oauth(_ form: String, basic: String? = nil, type: String = "application/x-www-form-urlencoded") async throws -> ProbeAnswer {
        var headers = ["Content-Type": type]
        if let basic { headers["Authorization"] = "Basic " + Data(basic.utf8).base64EncodedString() }
        return try await http.send("POST", "/v1/identity/token", headers: headers, body: Array(form.utf8))
    }

    func claims(_ token: String) throws -> TokenClaims {
        let key = mesh.authority.key.publicKey
        return try TokenVerifier(keys: [key.thumbprint: key], issuer: TestAuthority.issuer, audience: HTTPSettings.audience)
            .verify(token, now: .now)
    }
}

/// Keeps every log line, with its facts, as text.
struct RecordingLogHandler: LogHandler {
    let lines: Recorder<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, last in last }
        lines.change { $0.append("\(event.level) \(event.message) \(facts)") }
    }
}
