/// Who knows how versions did live, beside what their reports said.
public protocol KPISource: Sendable {
    /// One pair for each version of a capability that has both the metric and the KPI; empty while none has.
    func pairs(capability: String, metric: String, kpi: String) async throws -> [KPIPair]
}
