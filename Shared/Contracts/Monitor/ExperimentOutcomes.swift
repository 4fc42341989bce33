/// Sufficient statistics of an experiment's phase.
public struct ExperimentOutcomes: Sendable, Hashable, Codable {
    public var experiment: String
    public var phase: Int
    public var kpi: String
    public var arms: [ArmOutcome]
    /// Exposures that a full spool dropped and counted.
    public var lostExposures: Int

    public init(experiment: String, phase: Int, kpi: String, arms: [ArmOutcome], lostExposures: Int) {
        self.experiment = experiment
        self.phase = phase
        self.kpi = kpi
        self.arms = arms
        self.lostExposures = lostExposures
    }
}
