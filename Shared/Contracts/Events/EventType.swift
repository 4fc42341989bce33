/// Types of the events in the log. The data of each is the named contract type.
public enum EventType {
    /// `CapabilityRecord`.
    public static let capabilityApplied = "mlmesh.registry.capability-applied.v1"
    /// `ModelVersion`.
    public static let versionRegistered = "mlmesh.registry.version-registered.v1"
    /// `SuiteReport`.
    public static let reportRecorded = "mlmesh.registry.report-recorded.v1"
    /// `ModelAlias`.
    public static let aliasMoved = "mlmesh.registry.alias-moved.v1"
    /// `ModelAlias` as it was.
    public static let aliasRemoved = "mlmesh.registry.alias-removed.v1"
    /// `DatasetVersion` without its segments.
    public static let datasetCommitted = "mlmesh.dataset.version-committed.v1"
    /// `LabelCommit` with the project's name.
    public static let labelsCommitted = "mlmesh.labeling.labels-committed.v1"
    /// `TrainingRun`.
    public static let runEnded = "mlmesh.trainer.run-ended.v1"
    /// `Experiment`.
    public static let experimentChanged = "mlmesh.router.experiment-changed.v1"
    /// `Alarm`.
    public static let alarmChanged = "mlmesh.monitor.alarm-changed.v1"
    /// `{"keyId"}` or `{"subject"}`: stopped working.
    public static let revoked = "mlmesh.identity.revoked.v1"
    /// `{"subject","generation"}`: tokens of older generations stopped working.
    public static let rolesChanged = "mlmesh.identity.roles-changed.v1"
}
