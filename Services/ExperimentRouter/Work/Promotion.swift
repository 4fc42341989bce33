import Contracts
import MeshClient

/// Makes the challenger the champion: written down first, then asked of the registry, then noted. Each step may be repeated.
struct Promotion: Sendable {
    let decisions: DecisionStore
    let registry: RegistryPeer

    /// Promotes, or throws why the registry refused. When the registry does not answer, the promotion is finished later.
    func start(_ id: String, reason: String?, by caller: String, authorization: String?) async throws -> Experiment {
        let decision = try await decisions.intend(id, reason: reason, by: caller)
        guard decision.experiment.state == .running else { return decision.experiment }
        return try await carryOut(decision, authorization: authorization)
    }

    /// The steps after the intent.
    func carryOut(_ decision: Decision, authorization: String?) async throws -> Experiment {
        do {
            try await registry.promote(decision, authorization: authorization)
        } catch let error as ClientError {
            guard Self.isFinal(error) else {
                throw Problem(.notReady, "The model-registry does not answer. The promotion is noted and will be finished.", retryAfter: 1)
            }
            try await decisions.withdraw(decision.experiment.id)
            throw error.problem.map(Self.relayed) ?? Problem(.conflict, "The model-registry refused: \(error).")
        }
        return try await decisions.finish(decision.experiment.id)
    }

    /// Whether asking again would give the same answer.
    private static func isFinal(_ error: ClientError) -> Bool {
        guard let status = error.status else { return false }
        return (400..<500).contains(status) && ![401, 408, 429].contains(status)
    }

    /// The registry's refusal as this service's answer, with its code where it is a conflict that the caller can solve.
    private static func relayed(_ problem: Problem) -> Problem {
        let known: [ProblemCode] = [.gateClosed, .preconditionFailed, .forbidden, .versionUnknown, .capabilityUnknown]
        return Problem(known.first { $0.name == problem.code } ?? .conflict, problem.detail ?? problem.title, errors: problem.errors)
    }
}
