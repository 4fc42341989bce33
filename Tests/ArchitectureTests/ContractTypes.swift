import Contracts

/// The contract types by the names that the descriptions give them.
enum ContractTypes {
    /// Reads a value as the type and writes it again.
    typealias RoundTrip = @Sendable (JSONValue) throws -> JSONValue

    /// What a value becomes when it is read as the named type and written again; nil for a name that is no contract type.
    static func roundTrip(_ name: String) -> RoundTrip? {
        all[name]?.one ?? (name.hasSuffix("Page") ? all[String(name.dropLast(4))]?.page : nil)
    }

    /// Schemas of borrowed contracts, and of what no type stands for.
    static let others: Set<String> = [
        "FlagContext", "FlagError", "FlagEvaluation", "FlagEvaluations", "IndexRequest", "IndexSearch", "InferenceError",
        "InferenceRequest",
        "InferenceResponse", "InferenceTensor", "JSONWebKeySet", "LogSettings", "LogSettingsChange", "ModelConfiguration", "ModelList",
        "ModelMetadata", "ModelReadiness", "ModelStatistics", "Nothing",
        "RepositoryChange", "RepositoryIndex",
        "ServerHealth", "ServerMetadata", "Statistics", "TasksReceipt", "TokenError", "TokenForm", "TraceSettings", "TraceSettingsChange",
    ]

    private static func entry<T: Codable & Sendable>(_ type: T.Type) -> (one: RoundTrip, page: RoundTrip) {
        (
            { try WireJSON.value(try WireJSON.read(T.self, from: $0)) },
            { try WireJSON.value(try WireJSON.read(Page<T>.self, from: $0)) }
        )
    }

    private static let all: [String: (one: RoundTrip, page: RoundTrip)] = [
        "APIKey": entry(APIKey.self),
        "Alarm": entry(Alarm.self),
        "AliasChange": entry(AliasChange.self),
        "Annotation": entry(Annotation.self),
        "ArmOutcome": entry(ArmOutcome.self),
        "AuditRecord": entry(AuditRecord.self),
        "ArtifactSnapshot": entry(ArtifactSnapshot.self),
        "NewArtifactSnapshot": entry(NewArtifactSnapshot.self),
        "BatchInput": entry(BatchInput.self),
        "BatchJob": entry(BatchJob.self),
        "CapabilityHealth": entry(CapabilityHealth.self),
        "CapabilityManifest": entry(CapabilityManifest.self),
        "CapabilityRecord": entry(CapabilityRecord.self),
        "CapabilityStatus": entry(CapabilityStatus.self),
        "DataNeed": entry(DataNeed.self),
        "DatasetCheck": entry(DatasetCheck.self),
        "DatasetRecord": entry(DatasetRecord.self),
        "DatasetReference": entry(DatasetReference.self),
        "DatasetRow": entry(DatasetRow.self),
        "DatasetSegment": entry(DatasetSegment.self),
        "DatasetVersion": entry(DatasetVersion.self),
        "DatasetVersionManifest": entry(DatasetVersionManifest.self),
        "DecisionRequest": entry(DecisionRequest.self),
        "Experiment": entry(Experiment.self),
        "ExperimentOutcomes": entry(ExperimentOutcomes.self),
        "ExperimentVariant": entry(ExperimentVariant.self),
        "ExposureRecord": entry(ExposureRecord.self),
        "Feedback": entry(Feedback.self),
        "FeedbackBatch": entry(FeedbackBatch.self),
        "FeedbackReceipt": entry(FeedbackReceipt.self),
        "GatewayEntries": entry(GatewayEntries.self),
        "GatewayEntry": entry(GatewayEntry.self),
        "Guardrail": entry(Guardrail.self),
        "IndexErasure": entry(IndexErasure.self),
        "IndexMatches": entry(IndexMatches.self),
        "IndexSpec": entry(IndexSpec.self),
        "Invitation": entry(Invitation.self),
        "LabelCommit": entry(LabelCommit.self),
        "LabelInput": entry(LabelInput.self),
        "LabelRequest": entry(LabelRequest.self),
        "LabelerScore": entry(LabelerScore.self),
        "LabelingProgress": entry(LabelingProgress.self),
        "LabelingProject": entry(LabelingProject.self),
        "LabelingTask": entry(LabelingTask.self),
        "ModelAlias": entry(ModelAlias.self),
        "ModelVersion": entry(ModelVersion.self),
        "NewAnnotation": entry(NewAnnotation.self),
        "NewBatchJob": entry(NewBatchJob.self),
        "NewDataset": entry(NewDataset.self),
        "NewDatasetVersion": entry(NewDatasetVersion.self),
        "NewExperiment": entry(NewExperiment.self),
        "NewKey": entry(NewKey.self),
        "NewModelVersion": entry(NewModelVersion.self),
        "NewPerson": entry(NewPerson.self),
        "NewProject": entry(NewProject.self),
        "NewRun": entry(NewRun.self),
        "NewSession": entry(NewSession.self),
        "NewSkip": entry(NewSkip.self),
        "NewSuite": entry(NewSuite.self),
        "NewTask": entry(NewTask.self),
        "NewTasks": entry(NewTasks.self),
        "NewTeam": entry(NewTeam.self),
        "Person": entry(Person.self),
        "PredictionRecord": entry(PredictionRecord.self),
        "PredictionTrace": entry(PredictionTrace.self),
        "Problem": entry(Problem.self),
        "Readout": entry(Readout.self),
        "ReadoutArm": entry(ReadoutArm.self),
        "RolesChange": entry(RolesChange.self),
        "RowInput": entry(RowInput.self),
        "RowOrigin": entry(RowOrigin.self),
        "RunMetric": entry(RunMetric.self),
        "Selection": entry(Selection.self),
        "SessionInfo": entry(SessionInfo.self),
        "SimilarityIndex": entry(SimilarityIndex.self),
        "SliceHealth": entry(SliceHealth.self),
        "SplitCounts": entry(SplitCounts.self),
        "StageChange": entry(StageChange.self),
        "SuiteReport": entry(SuiteReport.self),
        "SuiteRun": entry(SuiteRun.self),
        "TaskLease": entry(TaskLease.self),
        "Team": entry(Team.self),
        "TestResult": entry(TestResult.self),
        "TokenReply": entry(TokenReply.self),
        "TrainingRun": entry(TrainingRun.self),
        "UploadedFile": entry(UploadedFile.self),
    ]
}
