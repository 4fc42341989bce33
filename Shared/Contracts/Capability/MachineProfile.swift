/// The machine on which time and memory were measured.
public struct MachineProfile: Sendable, Hashable, Codable {
    /// What a manifest calls it.
    public var name: String
    /// Model name of the processor.
    public var processor: String
    public var cores: Int
    public var memoryBytes: Int
    /// Milliseconds that the calibration model took beside the measurement, in the median.
    public var calibrationMilliseconds: Double
    /// That time over the machine's own when it is idle; above 1.25 it counts as busy.
    public var load: Double

    public init(name: String, processor: String, cores: Int, memoryBytes: Int, calibrationMilliseconds: Double, load: Double) {
        self.name = name
        self.processor = processor
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.calibrationMilliseconds = calibrationMilliseconds
        self.load = load
    }
}
