import Foundation

/// A job that makes device variants of a version.
public struct VariantRun: Sendable, Hashable, Codable {
    /// Where it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        case queued
        case running
        case finished
        case failed
    }

    /// What became of one precision.
    public struct Outcome: Sendable, Hashable, Codable {
        public var precision: String
        /// The variant that was made and registered.
        public var variant: Digest?
        public var verdict: ModelVariant.Verdict?
        /// Why none was made.
        public var reason: String?

        public init(
            precision: String, variant: Digest? = nil, verdict: ModelVariant.Verdict? = nil,
            reason: String? = nil
        ) {
            self.precision = precision
            self.variant = variant
            self.verdict = verdict
            self.reason = reason
        }
    }

    public var id: String
    public var capability: String
    public var version: Int
    /// Number of the dataset version, once it is known.
    public var dataset: Int?
    public var precisions: [String]
    public var state: State
    /// By precision, once it is finished.
    public var outcomes: [Outcome]
    public var error: String?
    public var createdAt: Date

    public init(
        id: String, capability: String, version: Int, dataset: Int? = nil, precisions: [String],
        state: State, outcomes: [Outcome],
        error: String? = nil, createdAt: Date
    ) {
        self.id = id
        self.capability = capability
        self.version = version
        self.dataset = dataset
        self.precisions = precisions
        self.state = state
        self.outcomes = outcomes
        self.error = error
        self.createdAt = createdAt
    }
}
