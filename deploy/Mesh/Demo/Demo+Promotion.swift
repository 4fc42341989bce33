import Contracts
import MeshClient

extension Demo {
    /// Chapter 7: the gate refuses the version whose tests are red; the green one becomes candidate, then champion, and serves.
    func promote(_ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let refused = try await move("champion", to: progress.red, reason: "to see the gate", owner)
        let problem = try? refused.decode(Problem.self)
        try expect(
            refused.status == 409 && problem?.code == ProblemCode.gateClosed.name, "the gate to refuse version \(progress.red)",
            found: "status \(refused.status)")
        story.tell(
            "version \(progress.red) as champion? Refused: \(problem?.errors?.first?.expected ?? problem?.detail ?? "the gate is closed")")
        try await set("candidate", to: progress.champion, owner)
        try await set("champion", to: progress.champion, owner)
        story.tell("version \(progress.champion) is candidate, then champion: its gate is open")
        progress.recipe = try await run(of: progress.champion, owner).recipe
        let served = try await firstAnswer(from: progress.champion, progress)
        story.tell("the product's first request \(served.id) is answered by version \(served.version)")
    }

    /// Moves an alias that has to let itself be moved.
    func set(_ alias: String, to version: Int, _ owner: DemoCaller) async throws {
        let answer = try await move(alias, to: version, reason: "its tests are green", owner)
        guard answer.isSuccess else {
            throw DemoFault(
                expectation: "version \(version) to become \(alias)", found: MeshCalls.fault(status: answer.status, body: answer.body))
        }
        let moved = try answer.decode(ModelAlias.self)
        try expect(moved.version == version, "\(alias) at version \(version)", found: "version \(moved.version)")
    }

    private func move(_ alias: String, to version: Int, reason: String, _ owner: DemoCaller) async throws -> ClientResponse {
        let change = AliasChange(version: version, reason: reason)
        return try await owner.send(MeshCalls.request("PUT", Path("v1", "registry", "models", name, "aliases", alias), change))
    }

    /// Sends requests until the data path serves a version; it hears of a promotion by an event.
    func firstAnswer(from version: Int, _ progress: Progress) async throws -> DemoTraffic.Served {
        let product = progress.cast.product
        return try await wait(for: "version \(version) to serve") { () -> DemoSight<DemoTraffic.Served> in
            let request = try MeshClient.json("POST", Path("v2", "models", name, "infer"), DemoTraffic.body("user-0", [anyScan]))
            let answer = try await product.send(request)
            guard answer.isSuccess else { return .notYet(MeshCalls.fault(status: answer.status, body: answer.body)) }
            let served = try await traffic(progress).send([("user-0", [anyScan])])
            guard let first = served.first, first.version == version else { return .notYet("version \(served.first?.version ?? 0)") }
            return .there(first)
        }
    }
}
