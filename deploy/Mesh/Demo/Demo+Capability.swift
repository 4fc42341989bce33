import Contracts
import MeshClient

extension Demo {
    /// Chapter 1: the manifest is applied; its tests are red, since there is no model, and the catalogue says what data is missing.
    func declare(_ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let record: CapabilityRecord = try await owner.put(Path("v1", "registry", "capabilities", name), manifest)
        story.tell("capability \(record.name) of team \(record.team), revision \(record.revision)")

        let status: CapabilityStatus = try await owner.get(Path("v1", "registry", "capabilities", name, "status"))
        try expect(!status.tests.isEmpty, "the manifest's tests in the catalogue", found: "none")
        try expect(
            status.versions == 0 && status.report == nil && status.aliases.isEmpty, "no model yet",
            found: "\(status.versions) versions, aliases \(status.aliases.map(\.alias))")
        story.tell("\(status.tests.count) tests, all red: \(status.tests.map(\.name).joined(separator: ", "))")

        try await makeDataset(owner)
        for need in try await needs(owner) {
            try expect(need.have == 0 && need.missing == need.atLeast, "nothing labeled yet", found: "\(need.have) of slice \(need.slice)")
            story.tell("slice \(need.slice) needs \(need.atLeast) labeled rows and has \(need.have)")
        }
    }

    /// A data set that knows its capability; one of the name that is there already will do.
    private func makeDataset(_ owner: DemoCaller) async throws {
        let wish = NewDataset(name: name, team: DemoCast.team, capability: name)
        let request = try MeshCalls.request("POST", Path("v1", "dataset", "datasets"), wish)
        // The dataset service hears of the capability by an event.
        _ = try await wait(for: "the dataset service to know the capability") { () -> DemoSight<Void> in
            let answer = try await owner.send(request.renewed)
            if answer.isSuccess || answer.status == 409 { return .there(()) }
            guard answer.status == 404 || answer.status == 422 else { throw owner.refusal(of: request, answer) }
            return .notYet(MeshCalls.fault(status: answer.status, body: answer.body))
        }
    }

    /// What data is missing, as the dataset service counts it.
    func needs(_ owner: DemoCaller) async throws -> [DataNeed] {
        let answer: JSONValue = try await owner.get(Path("v1", "dataset", "datasets", name, "needs"))
        let items = answer.arrayValue ?? answer["items"]?.arrayValue ?? []
        let needs = try items.map { try WireJSON.read(DataNeed.self, from: $0) }
        try expect(!needs.isEmpty, "the data needs that the manifest names", found: "none")
        return needs
    }
}
