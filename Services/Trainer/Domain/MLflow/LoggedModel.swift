import MLflow

/// A model that a client keeps beside its runs.
struct LoggedModel: Sendable, Hashable {
    let id: String
    let team: String
    let experiment: ExperimentID
    let name: String
    let status: LoggedModelStatus
    let modelType: String?
    let sourceRun: String?
    /// Milliseconds since 1970.
    let createdAt: Int64
    let updatedAt: Int64
    var params: [KeyValue] = []
    var tags: [KeyValue] = []
    /// With the run that each was logged by.
    var metrics: [Measured] = []

    /// A metric of the model, and the run that measured it.
    struct Measured: Sendable, Hashable {
        let run: String
        let point: MetricPoint
    }

    /// Where the model's artifacts are.
    var root: ArtifactRoot { .model(experiment: experiment.description, model: id) }
}

extension LoggedModel {
    private var info: AnswerFields {
        var fields = AnswerFields()
        fields.set("model_id", id)
        fields.set("experiment_id", experiment.description)
        fields.set("name", name)
        fields.set("creation_timestamp_ms", createdAt)
        fields.set("last_updated_timestamp_ms", updatedAt)
        fields.set("artifact_uri", root.uri)
        fields.set("status", status.wireName)
        fields.set("model_type", modelType)
        fields.set("source_run_id", sourceRun)
        fields.set("tags", tags.map(\.answer))
        return fields
    }

    /// The model as MLflow's clients read it.
    var answer: AnswerFields {
        var data = AnswerFields()
        data.set("params", params.map(\.answer))
        data.set(
            "metrics",
            metrics.map { measured in
                var metric = measured.point.answer
                metric.set("model_id", id)
                metric.set("run_id", measured.run)
                return metric
            })
        var fields = AnswerFields()
        fields.set("info", info)
        fields.set("data", data)
        return fields
    }
}
