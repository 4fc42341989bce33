/// What one version reached off line and live.
public struct KPIPair: Sendable, Hashable, Codable {
    public var version: Int
    /// The metric of the version's report.
    public var offline: Double
    /// The KPI while it served.
    public var live: Double

    public init(version: Int, offline: Double, live: Double) {
        self.version = version
        self.offline = offline
        self.live = live
    }
}
