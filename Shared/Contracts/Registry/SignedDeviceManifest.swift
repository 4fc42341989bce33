/// A device's model with the mesh's signature.
public struct SignedDeviceManifest: Sendable, Hashable, Codable {
    public var manifest: DeviceManifest
    /// Why this variant, in one sentence.
    public var reason: String
    /// `Ed25519` (RFC 8032).
    public var algorithm: String
    /// Id of the key among those of `GET /v1/registry/device-keys`.
    public var key: String
    /// Base64url of the signature over the manifest's canonical JSON.
    public var signature: String

    public init(
        manifest: DeviceManifest, reason: String, algorithm: String, key: String, signature: String
    ) {
        self.manifest = manifest
        self.reason = reason
        self.algorithm = algorithm
        self.key = key
        self.signature = signature
    }
}
