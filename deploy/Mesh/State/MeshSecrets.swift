import Contracts
import Cryptography
import Foundation

/// The secrets of a mesh, made once and kept in files that only their owner reads.
struct MeshSecrets {
    static let signingKey = "signing-key.pem"
    static let cursorKey = "cursor-key"
    static let bootstrap = "bootstrap.json"
    static let administratorKey = "administrator-key"
    static let databases = "databases.json"

    let layout: MeshLayout

    /// Makes what is missing. Returns what was made, in words.
    func prepare() throws -> [String] {
        var made: [String] = []
        if try makeSigningKey() { made.append("a key that signs tokens") }
        for service in ServiceName.allCases where try make(service.rawValue, { Self.token() }) {
            made.append("credentials of \(service.rawValue)")
        }
        _ = try make(Self.cursorKey) { hexadecimal(randomBytes(32)) }
        if try make(Self.administratorKey, { "mk_" + Self.token() }) { made.append("the administrator's key") }
        try writeBootstrap()
        return made
    }

    /// A secret's text; empty when it was never made.
    func read(_ name: String) -> String { PrivateFile.text(layout.secret(name)) ?? "" }

    /// Password of a service's database role, made when it is asked for first.
    func databasePassword(_ service: ServiceName) throws -> String {
        let name = service.rawValue + ".database"
        _ = try make(name) { Self.token() }
        return read(name)
    }

    /// The public half goes to a file that may hold more of them, so that keys can be rotated.
    private func makeSigningKey() throws -> Bool {
        let key: RSAPrivateKey
        let isNew = PrivateFile.text(layout.secret(Self.signingKey)) == nil
        if isNew {
            key = .generate()
            try PrivateFile.write(key.privateKeyPEM, to: layout.secret(Self.signingKey))
        } else if let kept = RSAPrivateKey(pem: read(Self.signingKey)) {
            key = kept
        } else {
            throw PrivateFile.Fault(description: "\(layout.secret(Self.signingKey)) holds no RSA key")
        }
        let known = PrivateFile.text(layout.publicKeys) ?? ""
        if !known.contains(key.publicKeyPEM) { try PrivateFile.write(key.publicKeyPEM + known, to: layout.publicKeys) }
        return isNew
    }

    /// What identity takes in at each start: services with the digests of their secrets, and the administrator's key.
    private func writeBootstrap() throws {
        let services = ServiceName.allCases.map { service in
            JSONValue.object([
                "name": .string(service.rawValue), "sha256": .string(digest(service.rawValue)),
            ])
        }
        let administrator = JSONValue.object([
            "name": .string("administrator"), "sha256": .string(digest(Self.administratorKey)),
        ])
        let bootstrap = JSONValue.object(["services": .array(services), "administratorKey": administrator])
        try PrivateFile.write(bootstrap.canonical, to: layout.secret(Self.bootstrap))
    }

    /// SHA-256 of a secret, upper-case hexadecimal.
    private func digest(_ name: String) -> String { hexadecimal(SHA256.digest(read(name))).uppercased() }

    private func make(_ name: String, _ secret: () -> String) throws -> Bool {
        guard PrivateFile.text(layout.secret(name)) == nil else { return false }
        try PrivateFile.write(secret(), to: layout.secret(name))
        return true
    }

    /// 256 random bits, 43 characters that URLs and headers take as they are.
    private static func token() -> String { Base64URL.encode(randomBytes(32)) }
}
