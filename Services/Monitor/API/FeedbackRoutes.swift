import Contracts
import HTTPService
import Hummingbird
import Metrics

/// What products learned about their requests.
struct FeedbackRoutes: Sendable {
    let feedback: FeedbackStore

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/monitor/feedback", use: receive)
    }

    @Sendable
    func receive(_ request: Request, _ context: ServiceContext) async throws -> Reply<FeedbackReceipt> {
        let batch = try await request.decode(as: FeedbackBatch.self, context: context)
        let faults = FeedbackCheck.faults(batch)
        guard faults.isEmpty else { throw Problem(.invalidField, errors: faults) }
        let accepted = try await feedback.add(batch.events, source: try context.identity.subject)
        let duplicates = batch.events.count - accepted
        Counter(label: "mesh_monitor_feedback", dimensions: [("outcome", "accepted")]).increment(by: accepted)
        Counter(label: "mesh_monitor_feedback", dimensions: [("outcome", "duplicate")]).increment(by: duplicates)
        return Reply(FeedbackReceipt(accepted: accepted, duplicates: duplicates))
    }
}
