/// A public key with which device manifests are checked.
public struct DeviceKey: Sendable, Hashable, Codable {
    /// SHA-256 of the public key, base64url.
    public var id: String
    /// `Ed25519`.
    public var algorithm: String
    /// The 32 bytes of the public key, base64url.
    public var publicKey: String

    public init(id: String, algorithm: String, publicKey: String) {
        self.id = id
        self.algorithm = algorithm
        self.publicKey = publicKey
    }
}
