/// Where a capability stands in the loop.
public struct CapabilityStatus: Sendable, Hashable, Codable {
    public var capability: String
    public var revision: Int
    public var tests: [TestSpec]
    /// The newest report.
    public var report: SuiteReport?
    public var versions: Int
    public var aliases: [ModelAlias]

    public init(capability: String, revision: Int, tests: [TestSpec], report: SuiteReport? = nil, versions: Int, aliases: [ModelAlias]) {
        self.capability = capability
        self.revision = revision
        self.tests = tests
        self.report = report
        self.versions = versions
        self.aliases = aliases
    }
}
