import Contracts
import MLflow

/// A metric's value at a step.
struct MetricPoint: Sendable, Hashable {
    let key: String
    let value: Double
    /// Milliseconds since 1970.
    let at: Int64
    let step: Int64
    /// The logged model that was measured, and on which dataset, where the client says so.
    var model: String?
    var dataset: DatasetName?

    /// A dataset by name and digest.
    struct DatasetName: Sendable, Hashable {
        let name: String
        let digest: String?
    }

    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("key", key)
        fields.set("value", metric: value)
        fields.set("timestamp", at)
        fields.set("step", step)
        fields.set("model_id", model)
        fields.set("dataset_name", dataset?.name)
        fields.set("dataset_digest", dataset?.digest)
        return fields
    }
}

extension MetricPoint {
    /// Throws `INVALID_PARAMETER_VALUE`, naming the member that is missing or wrong.
    init(_ fields: RequestFields) throws(MLflowError) {
        let key = try fields.requiredText("key")
        try KeyName.check(key, parameter: "key")
        guard let value = try fields.metric("value") else { throw .missingParameter("value") }
        let name = try fields.storable("dataset_name")
        let digest = try fields.storable("dataset_digest")
        try Limits.check(name ?? "", "dataset_name", atMost: Limits.datasetNameLength)
        try Limits.check(digest ?? "", "dataset_digest", atMost: Limits.datasetDigestLength)
        self.init(
            key: key, value: MetricNumber.stored(value), at: try fields.requiredInteger("timestamp"), step: try fields.integer("step") ?? 0,
            model: try fields.storable("model_id").flatMap { $0.isEmpty ? nil : $0 },
            dataset: name.flatMap { $0.isEmpty ? nil : DatasetName(name: $0, digest: digest) })
    }
}
