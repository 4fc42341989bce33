import Contracts

/// What a suite is judged by beside the model: rows, the models of other aliases, preferences, live KPIs.
public struct SuiteMaterial: Sendable {
    /// Every row of the dataset version; only labeled ones of the test split count for metrics.
    public var rows: [DatasetRow]
    /// Models of the aliases that tests compare with; an alias that is not there yet is left out.
    public var others: [String: SuiteRunner.Model]
    /// Rows of datasets with people's preferences, by the dataset's name.
    public var preferences: [String: [DatasetRow]]
    /// What was measured of earlier versions, by the KPI's name.
    public var kpis: [String: [KPIPair]]
    /// The machine that time and memory are measured on; nil where they are not.
    public var machine: MachineMeasure?
    /// Files of the model's device variants, by the names that tests mean them by; a variant that nobody has made is left out.
    public var variants: [String: [UInt8]] = [:]

    public init(
        rows: [DatasetRow], others: [String: SuiteRunner.Model] = [:], preferences: [String: [DatasetRow]] = [:],
        kpis: [String: [KPIPair]] = [:], machine: MachineMeasure? = nil
    ) {
        self.rows = rows
        self.others = others
        self.preferences = preferences
        self.kpis = kpis
        self.machine = machine
    }
}
