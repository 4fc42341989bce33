import Foundation

/// A run of the tests.
public struct SuiteRun: Sendable, Hashable, Codable {
    /// Where it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        case queued
        case running
        case finished
        case failed
    }

    public var id: String
    public var capability: String
    /// The version that is tested; nil for a run that has registered none.
    public var version: Int?
    /// The alias that was asked for; `version` is what it meant then.
    public var alias: String?
    /// The training run whose model is tested.
    public var run: String?
    /// How many seeds the recipe is fitted with, where more than one was asked for.
    public var seeds: Int?
    public var state: State
    public var report: SuiteReport?
    /// Digest of the report, under which the blob store keeps it.
    public var digest: Digest?
    public var error: String?
    public var createdAt: Date

    public init(
        id: String, capability: String, version: Int?, alias: String? = nil, run: String? = nil, seeds: Int? = nil, state: State,
        report: SuiteReport? = nil, digest: Digest? = nil, error: String? = nil, createdAt: Date
    ) {
        self.id = id
        self.capability = capability
        self.version = version
        self.alias = alias
        self.run = run
        self.seeds = seeds
        self.state = state
        self.report = report
        self.digest = digest
        self.error = error
        self.createdAt = createdAt
    }
}
