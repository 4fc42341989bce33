import Contracts
import MLflow

/// A dataset that a run reads.
struct DatasetInput: Sendable, Hashable {
    let name: String
    let digest: String
    let sourceType: String
    let source: String
    let schema: String?
    let profile: String?
    let tags: [KeyValue]

    /// The tag that says what the dataset is used for.
    static let contextTag = "mlflow.data.context"

    var answer: AnswerFields {
        var dataset = AnswerFields()
        dataset.set("name", name)
        dataset.set("digest", digest)
        dataset.set("source_type", sourceType)
        dataset.set("source", source)
        dataset.set("schema", schema)
        dataset.set("profile", profile)
        var fields = AnswerFields()
        fields.set("tags", tags.map(\.answer))
        fields.set("dataset", dataset)
        return fields
    }
}

extension DatasetInput {
    /// Throws `INVALID_PARAMETER_VALUE`, naming the member that is missing or wrong.
    init(_ fields: RequestFields) throws(MLflowError) {
        guard let dataset = try fields.object("dataset") else { throw .missingParameter("dataset") }
        var tags: [KeyValue] = []
        for tag in try fields.objects("tags") {
            let pair = KeyValue(key: try tag.requiredText("key"), value: try tag.storable("value") ?? "")
            try Limits.check(pair.key, "key", atMost: Limits.inputTagKeyLength)
            try Limits.check(pair.value, "value", atMost: Limits.inputTagValueLength)
            tags.append(pair)
        }
        self.init(
            name: try dataset.requiredText("name"), digest: try dataset.requiredText("digest"),
            sourceType: try dataset.storable("source_type") ?? "", source: try dataset.storable("source") ?? "",
            schema: try dataset.storable("schema"), profile: try dataset.storable("profile"), tags: tags)
        try Limits.check(name, "dataset.name", atMost: Limits.datasetNameLength)
        try Limits.check(digest, "dataset.digest", atMost: Limits.datasetDigestLength)
        guard !name.utf8.contains(0), !digest.utf8.contains(0) else {
            throw .invalid("Invalid value for parameter 'dataset' supplied: expected texts without the character U+0000")
        }
    }
}
