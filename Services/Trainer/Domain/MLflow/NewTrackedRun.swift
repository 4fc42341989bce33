import MLflow

/// A run that a client starts.
struct NewTrackedRun: Sendable, Hashable {
    let experiment: ExperimentID
    let name: String
    let user: String
    /// Milliseconds since 1970.
    let startTime: Int64
    /// With the tag of the name among them.
    let tags: [KeyValue]
}

extension NewTrackedRun {
    /// The run of a request: a name is made up where there is none, and stands in a tag as well.
    ///
    /// - Parameters: `now` in milliseconds since 1970; `generator` makes names up.
    init(_ fields: RequestFields, now: Int64, using generator: inout some RandomNumberGenerator) throws(MLflowError) {
        let id = try fields.text("experiment_id") ?? ""
        experiment = id.isEmpty ? .ofDefault : try ExperimentID(id)
        user = try fields.storable("user_id") ?? ""
        startTime = try fields.integer("start_time") ?? now
        var tags: [KeyValue] = []
        for tag in try fields.objects("tags") { tags.append(try KeyValue(tag: tag)) }
        let tagged = tags.last { $0.key == RunBatch.nameTag }?.value
        let given = try fields.storable("run_name").flatMap { $0.isEmpty ? nil : $0 }
        if let given, let tagged, given != tagged {
            throw .invalid(
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
                    + "(run_name='\(given)', mlflow.runName='\(tagged)').")
        }
        name = Limits.storedTagValue(given ?? tagged ?? RunName.random(using: &generator))
        if tagged == nil { tags.append(KeyValue(key: RunBatch.nameTag, value: name)) }
        self.tags = tags
    }
}
