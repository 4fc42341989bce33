import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import TestSupport

@testable import MeshCommand

/// A mesh whose gateway, agent, identity and model-registry are the real programs on a real database.
struct TrustedMesh {
    let mesh: TestMesh
    let administratorKey: String

    static func run(_ body: (TrustedMesh) async throws -> Void) async throws {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let url = try await Self.database(quiet)
        defer { url.drop() }
        try await TestMesh.run(databases: [.identity: url.text, .modelRegistry: url.text]) { mesh in
            let trusted = TrustedMesh(mesh: mesh, administratorKey: MeshSecrets(layout: mesh.layout).read(MeshSecrets.administratorKey))
            try await eventually {
                let answer = try await trusted.get("/v1/identity/session", trusted.administratorKey)
                return answer.status == 200 ? nil : "\(answer.status) \(answer.text)"
            }
            try await body(trusted)
        }
    }

    /// A database with the event log and the schemas of the two services.
    private static func database(_ logger: Logger) async throws -> TrustedDatabase {
        let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        let root = Database(url: try TestDatabase.administratorURL(), maximumConnections: 1, patience: .seconds(60), logger: logger)
        defer { root.close() }
        try await root.execute("CREATE DATABASE \(identifier: name)")
        let url = try TestDatabase.url(database: name)
        try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: logger)
        let own = Database(url: url, maximumConnections: 1, logger: logger)
        defer { own.close() }
        for service in [ServiceName.identity, .modelRegistry] { try await own.execute("CREATE SCHEMA \(identifier: service.schema)") }
        return TrustedDatabase(name: name, text: url)
    }

    func send(
        _ method: String, _ path: String, _ proof: [String: String], json: String? = nil
    ) async throws -> ProbeAnswer {
        guard let json else { return try await mesh.http.send(method, path, headers: proof) }
        return try await mesh.http.send(method, path, headers: proof, json: json)
    }

    func get(_ path: String, _ key: String) async throws -> ProbeAnswer { try await send("GET", path, ["X-API-Key": key]) }

    /// Does something as the administrator that must succeed.
    @discardableResult
    func administer<T: Decodable>(_ method: String, _ path: String, _ json: String, as type: T.Type = JSONValue.self) async throws -> T {
        let answer = try await send(method, path, ["X-API-Key": administratorKey], json: json)
        guard (200..<300).contains(answer.status) else { throw TestSupportError("\(method) \(path): \(answer.status) \(answer.text)") }
        return try answer.decode(type)
    }

    /// A key of the team `documents` that works at the gateway already.
    func key(roles: String) async throws -> (id: String, secret: String) {
        _ = try await send("POST", "/v1/identity/teams", ["X-API-Key": administratorKey], json: #"{"name":"documents"}"#)
        let key = try await administer(
            "POST", "/v1/identity/keys", #"{"name":"app","team":"documents","roles":\#(roles)}"#, as: APIKey.self)
        let secret = key.secret ?? ""
        try await eventually {
            let status = try await get("/v1/identity/session", secret).status
            return status == 200 ? nil : "the new key answers \(status)"
        }
        return (key.id, secret)
    }

    /// A token by client credentials, through the public gateway.
    func token(id: String, secret: String) async throws -> String {
        let basic = Data("\(id):\(secret)".utf8).base64EncodedString()
        let answer = try await mesh.http.send(
            "POST", "/v1/identity/token",
            headers: ["Authorization": "Basic \(basic)", "Content-Type": "application/x-www-form-urlencoded"],
            body: Array("grant_type=client_credentials".utf8))
        return try answer.decode(TokenReply.self).access_token
    }

    /// How long until a request is answered with a status.
    func time(until status: Int, _ request: () async throws -> ProbeAnswer) async throws -> Duration {
        let start = ContinuousClock.now
        try await eventually {
            let answer = try await request()
            return answer.status == status ? nil : "\(answer.status)"
        }
        return ContinuousClock.now - start
    }
}

/// A database that is dropped by hand, since its users are processes that end after the body.
struct TrustedDatabase {
    let name: String
    let text: String

    func drop() {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        guard let root = try? TestDatabase.administratorURL() else { return }
        process.arguments = ["psql", root, "-qc", "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"]
        try? process.run()
        process.waitUntilExit()
    }
}
