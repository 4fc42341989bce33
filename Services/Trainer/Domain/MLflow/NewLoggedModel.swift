import Contracts
import MLflow

/// A logged model that a client begins.
struct NewLoggedModel: Sendable, Hashable {
    let experiment: ExperimentID
    let name: String
    let modelType: String?
    let sourceRun: String?
    let params: [KeyValue]
    let tags: [KeyValue]
}

extension NewLoggedModel {
    /// The model of a request; `generator` makes a name up where there is none. Throws `INVALID_PARAMETER_VALUE`.
    init(_ fields: RequestFields, using generator: inout some RandomNumberGenerator) throws(MLflowError) {
        experiment = try ExperimentID(try fields.requiredText("experiment_id"))
        name = try fields.storable("name").flatMap { $0.isEmpty ? nil : $0 } ?? RunName.random(using: &generator)
        modelType = try fields.storable("model_type").flatMap { $0.isEmpty ? nil : $0 }
        sourceRun = try fields.storable("source_run_id").flatMap { $0.isEmpty ? nil : $0 }
        try Limits.check(name, "name", atMost: Limits.experimentNameLength)
        guard !name.contains(where: { "/:.%\"'".contains($0) }) else {
            throw .invalidValue(.string(name), parameter: "name", "expected a name without / : . % and quotation marks")
        }
        var params: [KeyValue] = []
        for param in try fields.objects("params") { params.append(try KeyValue(param: param)) }
        var tags: [KeyValue] = []
        for tag in try fields.objects("tags") { tags.append(try KeyValue(tag: tag)) }
        (self.params, self.tags) = (params, tags)
    }
}
