import Catalogue
import Contracts
import HTTPService
import Hummingbird

/// All that is known of one request.
struct PredictionRoutes: Sendable {
    let predictions: PredictionStore
    let catalogue: Catalogue

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/monitor/predictions/{request}", use: trace)
    }

    @Sendable
    func trace(_ request: Request, _ context: ServiceContext) async throws -> Reply<PredictionTrace> {
        guard let id = RequestID(try context.parameter("request")) else {
            throw FieldFault("request", expected: "32 lower-case hexadecimal digits")
        }
        let trace = try await predictions.trace(id)
        guard let prediction = trace.prediction, maySee(prediction, try context.identity) else {
            throw Problem(.predictionUnknown, "No prediction of request \(id) is known.")
        }
        return .ok(trace)
    }

    /// What went in and came out is for the team that asked, and the one that owns the capability.
    private func maySee(_ prediction: PredictionRecord, _ caller: Caller) -> Bool {
        caller.isAdministrator || caller.team == prediction.team || caller.team == catalogue.capability(prediction.capability)?.team
    }
}
