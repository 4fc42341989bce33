import Foundation

/// A capability as the catalogue shows it: its record, where its tests stand, what it promises, and how to ask it.
public struct CatalogueEntry: Sendable, Hashable, Codable {
    /// Where the tests of the version that counts stand: of the champion, or of the newest version while there is no champion.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// No version is registered.
        case empty
        /// No report on the present revision.
        case untested
        case red
        case green
    }

    /// What the capability answers with, by its outputs.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case classification
        case regression
        case embedding
        case text
        case other
    }

    /// One test, and what the newest report says of it.
    public struct Test: Sendable, Hashable, Codable {
        public var name: String
        public var kind: String
        /// Nil where no report on the present revision tells.
        public var verdict: TestResult.Verdict?

        public init(name: String, kind: String, verdict: TestResult.Verdict?) {
            self.name = name
            self.kind = kind
            self.verdict = verdict
        }
    }

    public var name: String
    public var team: String
    public var revision: Int
    /// Of the manifest's canonical JSON.
    public var digest: Digest
    public var manifest: CapabilityManifest
    public var appliedAt: Date
    public var appliedBy: String
    public var kind: Kind
    public var state: State
    public var tests: [Test]
    /// The version that `tests` tells of.
    public var version: Int?
    /// The version that serves.
    public var champion: Int?
    public var serviceLevel: ServiceLevel
    /// Teams that may call, the owner first.
    public var callers: [String]
    /// Whether who asked may call.
    public var mayCall: Bool
    /// A sentence for those who may not call yet, or on how to call.
    public var howToAsk: String
    /// A command that asks the capability one row, with `MESH_URL` and `MESH_KEY` from the environment.
    public var curl: String

    public init(
        _ record: CapabilityRecord, kind: Kind, state: State, tests: [Test], version: Int?, champion: Int?, serviceLevel: ServiceLevel,
        callers: [String], mayCall: Bool, howToAsk: String, curl: String
    ) {
        name = record.name
        team = record.team
        revision = record.revision
        digest = record.digest
        manifest = record.manifest
        appliedAt = record.appliedAt
        appliedBy = record.appliedBy
        self.kind = kind
        self.state = state
        self.tests = tests
        self.version = version
        self.champion = champion
        self.serviceLevel = serviceLevel
        self.callers = callers
        self.mayCall = mayCall
        self.howToAsk = howToAsk
        self.curl = curl
    }
}
