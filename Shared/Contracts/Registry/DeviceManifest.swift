import Foundation

/// What a device needs to fetch and check a model. The signed text is this object's canonical JSON (RFC 8785).
public struct DeviceManifest: Sendable, Hashable, Codable {
    public var capability: String
    public var version: Int
    /// Digest of the file.
    public var variant: Digest
    public var precision: String
    public var format: String
    public var opset: Int
    public var bytes: Int
    /// Path of the file on the same host.
    public var path: String
    public var interface: Interface
    /// Id of the report by which the variant passed.
    public var report: String
    public var signedAt: Date

    public init(
        capability: String, version: Int, variant: Digest, precision: String, format: String,
        opset: Int, bytes: Int, path: String,
        interface: Interface, report: String, signedAt: Date
    ) {
        self.capability = capability
        self.version = version
        self.variant = variant
        self.precision = precision
        self.format = format
        self.opset = opset
        self.bytes = bytes
        self.path = path
        self.interface = interface
        self.report = report
        self.signedAt = signedAt
    }
}
