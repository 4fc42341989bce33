import Contracts
import MLflow

/// A named collection of runs.
struct Experiment: Sendable, Hashable {
    let id: ExperimentID
    let team: String
    let name: String
    let stage: LifecycleStage
    /// Milliseconds since 1970, as all times here.
    let createdAt: Int64
    let updatedAt: Int64
    let tags: [KeyValue]

    /// The experiment as MLflow's clients read it.
    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("experiment_id", id.description)
        fields.set("name", name)
        fields.set("artifact_location", "mlflow-artifacts:/\(id)")
        fields.set("lifecycle_stage", stage.rawValue)
        fields.set("creation_time", createdAt)
        fields.set("last_update_time", updatedAt)
        fields.set("tags", tags.map(\.answer))
        return fields
    }

    /// Throws `INVALID_PARAMETER_VALUE` unless the experiment takes runs.
    func requireActive() throws(MLflowError) {
        guard stage == .active else { throw .experimentNotActive(id.description, stage: stage.rawValue) }
    }

    /// Throws `INVALID_PARAMETER_VALUE` for a name that no experiment can have.
    static func checkName(_ name: String, parameter: String) throws(MLflowError) {
        guard !name.allSatisfy(\.isWhitespace) else {
            throw .invalidValue(.string(name), parameter: parameter, "expected a name that is not blank")
        }
        try Limits.check(name, parameter, atMost: Limits.experimentNameLength)
    }
}
