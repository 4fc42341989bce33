/// The greatest sizes that MLflow's interface takes; lengths count code points.
public enum Limits {
    /// Key of a metric, a param or a tag; longer is refused.
    public static let keyLength = 250
    /// Value of a param; longer is cut off.
    public static let paramValueLength = 6_000
    /// Value of a run's tag; longer is cut off.
    public static let tagValueLength = 8_000
    public static let experimentNameLength = 500
    /// Value of an experiment's tag; longer is refused.
    public static let experimentTagValueLength = 20_000
    /// Value of a tag in the registry; longer is refused.
    public static let registryTagValueLength = 100_000
    public static let aliasLength = 255
    public static let datasetNameLength = 500
    public static let datasetDigestLength = 36
    public static let inputTagKeyLength = 255
    public static let inputTagValueLength = 500

    public static let metricsPerBatch = 1_000
    public static let paramsPerBatch = 100
    public static let tagsPerBatch = 100
    public static let entitiesPerBatch = 1_000

    /// Points in one answer of a metric's history.
    public static let historyPageSize = 25_000

    /// Ours: a filter becomes one statement, and each comparison may be a join in it.
    public static let comparisonsPerFilter = 100
    /// Ours, for the same reason.
    public static let termsPerOrder = 20
}
