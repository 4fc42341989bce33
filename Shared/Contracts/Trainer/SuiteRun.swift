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
    public var version: Int
    public var state: State
    public var report: SuiteReport?
    public var error: String?
    public var createdAt: Date

    public init(
        id: String, capability: String, version: Int, state: State, report: SuiteReport? = nil, error: String? = nil, createdAt: Date
    ) {
        self.id = id
        self.capability = capability
        self.version = version
        self.state = state
        self.report = report
        self.error = error
        self.createdAt = createdAt
    }
}
