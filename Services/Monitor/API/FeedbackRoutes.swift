import Catalogue
import Contracts
import HTTPService
import Hummingbird
import Metrics

/// What products learned about their requests.
struct FeedbackRoutes: Sendable {
    let feedback: FeedbackStore
    let predictions: PredictionStore
    let catalogue: Catalogue

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/monitor/feedback", use: receive)
    }

    @Sendable
    func receive(_ request: Request, _ context: ServiceContext) async throws -> Reply<FeedbackReceipt> {
        let batch = try await request.decode(as: FeedbackBatch.self, context: context)
        let faults = FeedbackCheck.faults(batch)
        guard faults.isEmpty else { throw Problem(.invalidField, errors: faults) }
        let caller = try context.identity
        try await requireCapabilities(of: batch, caller)
        let accepted = try await feedback.add(
            batch.events, source: caller.subject, team: caller.isAdministrator ? nil : caller.team)
        let duplicates = batch.events.count - accepted
        Counter(label: "mesh_monitor_feedback", dimensions: [("outcome", "accepted")]).increment(by: accepted)
        Counter(label: "mesh_monitor_feedback", dimensions: [("outcome", "duplicate")]).increment(by: duplicates)
        return Reply(FeedbackReceipt(accepted: accepted, duplicates: duplicates))
    }

    /// Nobody says how a capability did that he may not call. A request that is not known yet is judged when its prediction is there: only
    /// the word of its own team and of those that the manifest admits is read then.
    private func requireCapabilities(of batch: FeedbackBatch, _ caller: Caller) async throws {
        guard !caller.isAdministrator else { return }
        for (capability, team) in try await predictions.origins(of: Set(batch.events.map(\.requestId))) {
            guard let known = catalogue.capability(capability), team != caller.team, !known.admits(team: caller.team) else { continue }
            throw Problem(
                .forbidden,
                "Team \(caller.team) may not call \(capability), and so not say how it did: ask team \(known.team) to list it under access.callers."
            )
        }
    }
}
