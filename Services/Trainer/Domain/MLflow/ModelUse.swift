import MLflow

/// A logged model that a run reads, or makes at a step.
struct ModelUse: Sendable, Hashable {
    let model: String
    var step: Int64?

    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("model_id", model)
        fields.set("step", step)
        return fields
    }
}
