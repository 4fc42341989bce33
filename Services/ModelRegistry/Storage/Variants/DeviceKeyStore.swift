import Contracts
import Cryptography
import Foundation
import Postgres
import Settings

/// Keys that sign device manifests, the same for all instances. Their secret halves are sealed with the service's own secret.
struct DeviceKeyStore: Sendable {
    let database: Database
    private let sealing: [UInt8]

    init(database: Database, secret: Secret) {
        self.database = database
        sealing = SHA256.digest("device keys\n" + secret.reveal())
    }

    /// The key that signs: the newest that this service can open, made when there is none.
    func signing() async throws -> Ed25519PrivateKey {
        if let key = try await newest() { return key }
        return try await database.transaction { connection in
            // One instance makes it; the others find it.
            try await connection.execute("LOCK TABLE device_keys IN EXCLUSIVE MODE")
            if let key = try await newest(on: connection) { return key }
            let key = Ed25519PrivateKey.generate()
            try await connection.execute(
                """
                INSERT INTO device_keys (id, public_key, sealed, made_at)
                     VALUES (\(key.publicKey.thumbprint), \(Data(key.publicKey.bytes)), \(Data(SealedBox.seal(key.seed, key: sealing))), now())
                """)
            return key
        }
    }

    /// The public halves of all keys, newest first.
    func list() async throws -> [DeviceKey] {
        // There is one to be pinned from the start.
        _ = try await signing()
        return try await database.query("SELECT id, public_key FROM device_keys ORDER BY made_at DESC, id").map { row in
            DeviceKey(
                id: try row.decode("id"), algorithm: SignedDeviceManifest.ed25519,
                publicKey: Base64URL.encode(try row.decode("public_key", as: Data.self)))
        }
    }

    private func newest() async throws -> Ed25519PrivateKey? { open(try await database.query(Self.sealed)) }

    private func newest(on connection: Connection) async throws -> Ed25519PrivateKey? { open(try await connection.query(Self.sealed)) }

    private func open(_ rows: [Row]) -> Ed25519PrivateKey? {
        for row in rows {
            guard let sealed = try? row.decode("sealed", as: Data.self), let seed = SealedBox.open(Array(sealed), key: sealing) else {
                continue
            }
            return Ed25519PrivateKey(seed: seed)
        }
        return nil
    }

    private static let sealed: SQL = "SELECT sealed FROM device_keys ORDER BY made_at DESC, id"
}

extension SignedDeviceManifest {
    /// RFC 8032.
    static let ed25519 = "Ed25519"

    /// Signs a manifest's canonical JSON.
    init(_ manifest: DeviceManifest, reason: String, key: Ed25519PrivateKey) throws {
        let signature = key.sign(try WireJSON.value(manifest).canonical)
        self.init(
            manifest: manifest, reason: reason, algorithm: Self.ed25519, key: key.publicKey.thumbprint,
            signature: Base64URL.encode(signature))
    }
}
