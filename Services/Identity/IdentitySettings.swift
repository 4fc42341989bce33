import Cryptography
import EventLog
import Foundation
import Settings

/// What identity is told from outside, beside what every service is told.
public struct IdentitySettings: Sendable {
    public let databaseURL: Secret
    /// Signs tokens.
    public let privateKey: RSAPrivateKey?
    /// Services and the administrator's key; applied at each start.
    public let bootstrap: IdentityBootstrap
    /// What browsers call the mesh, for invitation links.
    public let publicURL: String
    /// Whether cookies are sent over TLS only.
    public let secureCookies: Bool
    /// How long the mesh's log keeps events that no state hangs on.
    public let eventRetention: Duration

    public init(_ reader: inout SettingsReader) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role identity.")
        let pem = reader.fileContents("IDENTITY_PRIVATE_KEY", help: "File with the RSA private key (PEM) that signs tokens.")
        privateKey = pem.isEmpty ? nil : RSAPrivateKey(pem: pem)
        if !pem.isEmpty, privateKey == nil { reader.fault("IDENTITY_PRIVATE_KEY names a file without an RSA private key") }
        let text = reader.fileContents("IDENTITY_BOOTSTRAP", help: "JSON file with the services' credentials and the administrator's key.")
        let read = try? JSONDecoder().decode(IdentityBootstrap.self, from: Data(text.utf8))
        if !text.isEmpty, read == nil {
            reader.fault("IDENTITY_BOOTSTRAP names a file that is not as expected: services and administratorKey")
        }
        bootstrap = read ?? IdentityBootstrap(services: [], administratorKey: nil)
        publicURL = reader.string("MESH_PUBLIC_URL", default: "http://127.0.0.1", help: "URL of the public gateway.")
        secureCookies = reader.bool("COOKIE_SECURE", default: false, help: "Whether session cookies need TLS.")
        let hours = reader.integer(
            "EVENT_RETENTION_HOURS", in: 26...87_600, default: Int(EventRetention.standard.components.seconds / 3_600),
            help: "How long reports, ended runs, alarms and revocations stay in the event log.")
        eventRetention = .seconds(hours * 3_600)
    }
}

/// Credentials that exist before anybody can make one. Secrets come as SHA-256, upper-case hexadecimal.
public struct IdentityBootstrap: Sendable, Codable {
    public struct Credential: Sendable, Codable {
        public let name: String
        public let sha256: String

        public init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    public let services: [Credential]
    public let administratorKey: Credential?

    public init(services: [Credential], administratorKey: Credential?) {
        self.services = services
        self.administratorKey = administratorKey
    }
}
