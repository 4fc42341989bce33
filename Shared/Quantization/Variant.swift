/// A model made from another for a device.
public struct Variant: Sendable, Hashable {
    /// The file's content.
    public let bytes: [UInt8]
    public let report: VariantReport
}
