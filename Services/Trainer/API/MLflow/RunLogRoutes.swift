import Contracts
import HTTPService
import Hummingbird
import MLflow

/// What runs log, and its history.
struct RunLogRoutes: Sendable {
    /// Points of one answer about several runs.
    private static let mostSampled = 2_500
    private static let mostRuns = 100

    let runs: TrackedRunStore
    let metrics: MetricWriter
    let tokens: PageTokenCodec

    func add(to router: Router<ServiceContext>) {
        let base = ArtifactRoutes.tracking
        router.post("\(base)runs/log-metric", use: logMetric)
        router.post("\(base)runs/log-batch", use: logBatch)
        router.post("\(base)runs/log-parameter", use: logParameter)
        router.post("\(base)runs/set-tag", use: setTag)
        router.post("\(base)runs/log-model", use: logModel)
        router.get("\(base)metrics/get-history", use: history)
        router.get("\(base)metrics/get-history-bulk-interval", use: sample)
    }

    @Sendable
    func logMetric(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        return try await log(RunBatch(run: try fields.runID(), metrics: [try MetricPoint(fields)]), context)
    }

    @Sendable
    func logBatch(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await log(try RunBatch(try await request.fields(context)), context)
    }

    @Sendable
    func logParameter(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        return try await log(RunBatch(run: try fields.runID(), params: [try KeyValue(param: fields)]), context)
    }

    @Sendable
    func setTag(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        return try await log(RunBatch(run: try fields.runID(), tags: [try KeyValue(tag: fields)]), context)
    }

    @Sendable
    func logModel(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try await request.fields(context)
        let text = try fields.requiredText("model_json")
        _ = try fields.storable("model_json")
        let model = RequestFields(read: Array(text.utf8))
        guard let value = model.whole else {
            throw MLflowError.invalid("Malformed model info. \n The value of 'model_json' must be a JSON object in a text.")
        }
        try await runs.append(model: value, to: try fields.runID().withoutNull, scope: try context.teamScope)
        return AnswerFields().response
    }

    /// Metrics alone go with those of other requests; anything else is a transaction of its own.
    private func log(_ batch: RunBatch, _ context: ServiceContext) async throws -> Response {
        let scope = try context.teamScope
        guard !batch.run.utf8.contains(0) else { throw MLflowError.runNotFound(batch.run) }
        if batch.isMetricsAlone {
            try await metrics.write(batch.metrics, to: batch.run, scope: scope)
        } else {
            try await runs.log(batch, scope: scope)
        }
        return AnswerFields().response
    }

    @Sendable
    func history(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try request.queryFields(context)
        let key = try fields.requiredText("metric_key").withoutNull
        let run = try await runs.find(try fields.runID().withoutNull, scope: try context.teamScope).id
        let limit = try Self.size(fields, most: Limits.historyPageSize)
        let binding = ["history", run, key]
        let after = try tokens.values(in: try fields.text("page_token"), count: 3, binding: binding)
        let found = try await runs.history(
            key, of: run, after: try after.map(TrackedRunStore.HistoryPlace.init), limit: limit + 1)
        var answer = AnswerFields()
        answer.set("metrics", found.prefix(limit).map(\.answer))
        if found.count > limit {
            let last = found[limit - 1]
            let place: [SearchValue?] = [.integer(last.at), .integer(last.step), .number(last.value)]
            answer.set("next_page_token", tokens.token(after: place, binding: binding))
        }
        return answer.response
    }

    /// Evenly spread steps of a metric of several runs.
    @Sendable
    func sample(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let fields = try request.queryFields(context, lists: ["run_ids"])
        let (ids, key) = (try fields.texts("run_ids"), try fields.requiredText("metric_key").withoutNull)
        guard !ids.isEmpty else { throw MLflowError.missingParameter("run_ids") }
        guard ids.count <= Self.mostRuns else {
            throw MLflowError.invalid("Invalid value for parameter 'run_ids' supplied: expected at most \(Self.mostRuns) runs.")
        }
        let first = try fields.integer("start_step") ?? .min
        let last = try fields.integer("end_step") ?? .max
        guard first <= last else {
            throw MLflowError.invalid("end_step must be greater than start_step. Found start_step=\(first) and end_step=\(last).")
        }
        let limit = try Self.size(fields, most: Self.mostSampled)
        let scope = try context.teamScope
        for id in Set(ids) { _ = try await runs.find(id.withoutNull, scope: scope) }
        let steps = StepSample.pick(try await runs.steps(key, of: ids, in: first...last), limit: limit)
        let points = try await runs.points(key, of: Array(Set(ids)), at: steps, limit: Self.mostSampled).map { run, point in
            var metric = point.answer
            metric.set("run_id", run)
            return metric
        }
        var answer = AnswerFields()
        answer.set("metrics", points)
        return answer.response
    }

    private static func size(_ fields: RequestFields, most: Int) throws(MLflowError) -> Int {
        guard let asked = try fields.integer("max_results") else { return most }
        guard asked >= 1 else { throw .invalidValue(.integer(asked), parameter: "max_results", "It must be at least 1.") }
        return Int(min(asked, Int64(most)))
    }
}

extension TrackedRunStore.HistoryPlace {
    /// The place in a page token.
    fileprivate init(_ values: [SearchValue?]) throws(MLflowError) {
        guard case .integer(let at)? = values[0], case .integer(let step)? = values[1], case .number(let value)? = values[2] else {
            throw .invalid("Invalid page token: expected a next_page_token of this history.")
        }
        self.init(at: at, step: step, value: value)
    }
}
