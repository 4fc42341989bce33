import MLflow

/// What one request logs to a run.
struct RunBatch: Sendable, Hashable {
    let run: String
    var metrics: [MetricPoint] = []
    var params: [KeyValue] = []
    var tags: [KeyValue] = []

    /// Whether there is nothing but metrics of the run itself, for which the order of requests does not matter.
    var isMetricsAlone: Bool { params.isEmpty && tags.isEmpty && metrics.allSatisfy { $0.model == nil } }

    /// The name that a tag gives to the run.
    var name: String? { tags.last { $0.key == Self.nameTag }?.value }

    /// The tag that holds a run's name.
    static let nameTag = "mlflow.runName"
}

extension RunBatch {
    /// The batch of a request. Throws `INVALID_PARAMETER_VALUE` for one that is too large or names a param twice.
    init(_ fields: RequestFields) throws(MLflowError) {
        let (metrics, params, tags) = (try fields.objects("metrics"), try fields.objects("params"), try fields.objects("tags"))
        self.run = try fields.runID()
        try Limits.checkBatch(metrics: metrics.count, params: params.count, tags: tags.count)
        for metric in metrics { self.metrics.append(try MetricPoint(metric)) }
        for param in params { self.params.append(try KeyValue(param: param)) }
        for tag in tags { self.tags.append(try KeyValue(tag: tag)) }
        let counts = Dictionary(self.params.map { ($0.key, 1) }, uniquingKeysWith: +)
        let repeated = counts.filter { $0.value > 1 }.keys.sorted()
        guard repeated.isEmpty else { throw .duplicateParams(repeated) }
    }
}

extension RequestFields {
    /// The run that a request is about; old clients call its id `run_uuid`.
    func runID() throws(MLflowError) -> String {
        if let id = try text("run_id"), !id.isEmpty { return id }
        if let id = try text("run_uuid"), !id.isEmpty { return id }
        throw .missingParameter("run_id")
    }
}
