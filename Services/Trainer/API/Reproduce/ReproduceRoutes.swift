import Contracts
import Foundation
import HTTPService
import Hummingbird

/// Makes a run again, and says what two runs have in common.
struct ReproduceRoutes: Sendable {
    static let tolerances = 0.0...1.0

    let runs: RunStore

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/trainer/runs/{run}/reproductions", use: reproduce)
        router.get("/v1/trainer/runs/{run}/comparison/{other}", use: compare)
    }

    @Sendable
    func reproduce(_ request: Request, _ context: ServiceContext) async throws -> Reply<TrainingRun> {
        let caller = try context.identity
        let found = try await runs.find(try context.parameter("run"))
        try caller.requireOwnership(of: found.team)
        let repeated = try await runs.stored(found.run.id).repetition(id: RunStore.newID(), at: .now)
        let reply = Reply.created(repeated.run, location: "/v1/trainer/runs/\(repeated.run.id)")
        try await runs.add(repeated, team: found.team, by: caller.actor ?? caller.subject) { try await context.remember(reply, on: $0) }
        return reply
    }

    @Sendable
    func compare(_ request: Request, _ context: ServiceContext) async throws -> Reply<RunComparison> {
        let tolerance = try request.query("tolerance").map { text in
            guard let number = Double(text), Self.tolerances.contains(number) else {
                throw FieldFault("tolerance", expected: "a number from 0 to 1")
            }
            return number
        }
        let first = try await own("run", context)
        let second = try await own("other", context)
        return .ok(RunComparison(first, second, tolerance: tolerance ?? RunComparison.standardTolerance))
    }

    private func own(_ parameter: String, _ context: ServiceContext) async throws -> TrainingRun {
        let found = try await runs.find(try context.parameter(parameter))
        try context.identity.requireOwnership(of: found.team)
        return found.run
    }
}
