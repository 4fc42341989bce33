/// What a line of a segment is. The raw value is the first byte of its frame's payload.
public enum SpoolKind: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// A `PredictionRecord`.
    case prediction = 0x70
    /// An `ExposureRecord`.
    case exposure = 0x65
    /// A ``SpoolLoss``.
    case loss = 0x6C
}
