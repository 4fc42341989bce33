import Foundation

/// One assignment as the experiment-router logged it in the spool.
public struct ExposureRecord: Sendable, Hashable, Codable {
    public var requestId: RequestID
    public var time: Date
    public var capability: String
    public var experiment: String
    public var phase: Int
    public var variant: String
    public var unit: String
    public var failed: Bool
    public var microseconds: Int

    public init(
        requestId: RequestID, time: Date, capability: String, experiment: String, phase: Int, variant: String, unit: String, failed: Bool,
        microseconds: Int
    ) {
        self.requestId = requestId
        self.time = time
        self.capability = capability
        self.experiment = experiment
        self.phase = phase
        self.variant = variant
        self.unit = unit
        self.failed = failed
        self.microseconds = microseconds
    }
}
