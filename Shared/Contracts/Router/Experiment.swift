import Foundation

/// An experiment.
public struct Experiment: Sendable, Hashable, Codable {
    /// Where it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        case running
        case promoted
        case rolledBack
    }

    public var id: String
    public var capability: String
    public var name: String
    public var state: State
    /// shadow, or the challenger's share of traffic as in 0.25.
    public var stage: String
    /// Starts at 1; every change of weights starts a new one.
    public var phase: Int
    /// The control first.
    public var variants: [ExperimentVariant]
    public var kpi: String
    public var guardrails: [String]
    public var unit: String
    public var salt: String
    public var hashVersion: Int
    public var createdAt: Date
    public var endedAt: Date?

    public init(
        id: String, capability: String, name: String, state: State, stage: String, phase: Int, variants: [ExperimentVariant], kpi: String,
        guardrails: [String], unit: String, salt: String, hashVersion: Int = 1, createdAt: Date, endedAt: Date? = nil
    ) {
        self.id = id
        self.capability = capability
        self.name = name
        self.state = state
        self.stage = stage
        self.phase = phase
        self.variants = variants
        self.kpi = kpi
        self.guardrails = guardrails
        self.unit = unit
        self.salt = salt
        self.hashVersion = hashVersion
        self.createdAt = createdAt
        self.endedAt = endedAt
    }
}
