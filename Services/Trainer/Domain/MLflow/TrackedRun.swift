import MLflow

/// A run as MLflow's API has it, with the newest value of each metric.
struct TrackedRun: Sendable, Hashable {
    let id: String
    let team: String
    let experiment: ExperimentID
    let name: String
    let status: RunStatus
    let stage: LifecycleStage
    let user: String
    /// Milliseconds since 1970.
    let startTime: Int64
    let endTime: Int64?
    var metrics: [MetricPoint] = []
    var params: [KeyValue] = []
    var tags: [KeyValue] = []
    var datasets: [DatasetInput] = []
    var modelsRead: [ModelUse] = []
    var modelsMade: [ModelUse] = []

    /// Where the run's artifacts are.
    var root: ArtifactRoot { .run(experiment: experiment.description, run: id) }
}

extension TrackedRun {
    /// The run's own facts as MLflow's clients read them.
    var info: AnswerFields {
        var fields = AnswerFields()
        fields.set("run_id", id)
        fields.set("run_uuid", id)
        fields.set("run_name", name)
        fields.set("experiment_id", experiment.description)
        fields.set("user_id", user)
        fields.set("status", status.rawValue)
        fields.set("start_time", startTime)
        fields.set("end_time", endTime)
        fields.set("artifact_uri", root.uri)
        fields.set("lifecycle_stage", stage.rawValue)
        return fields
    }

    /// The whole run as MLflow's clients read it.
    var answer: AnswerFields {
        var data = AnswerFields()
        data.set("metrics", metrics.map(\.answer))
        data.set("params", params.map(\.answer))
        data.set("tags", tags.map(\.answer))
        var inputs = AnswerFields()
        inputs.set("dataset_inputs", datasets.map(\.answer))
        inputs.set("model_inputs", modelsRead.map(\.answer))
        var outputs = AnswerFields()
        outputs.set("model_outputs", modelsMade.map(\.answer))
        var fields = AnswerFields()
        fields.set("info", info)
        fields.set("data", data)
        fields.set("inputs", inputs)
        fields.set("outputs", outputs)
        return fields
    }
}
