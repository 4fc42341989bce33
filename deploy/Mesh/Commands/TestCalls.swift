import Contracts
import MeshClient

/// What `mesh test` asks a mesh about one capability.
struct TestCalls {
    private let calls: MeshCalls
    private let capability: String

    init(_ calls: MeshCalls, capability: String) {
        self.calls = calls
        self.capability = capability
    }

    /// The report on what is asked for; the newest version where nothing is named.
    func report(_ wish: NewSuite) async throws -> SuiteReport {
        let suite = try await suite(wish)
        guard let report = suite.report else { throw CommandFault("the suite run has no report") }
        return report
    }

    /// The suite run once it has ended.
    func suite(_ wish: NewSuite) async throws -> SuiteRun {
        var wish = wish
        if wish.version == nil, wish.alias == nil, wish.run == nil { wish.version = try await newestVersion() }
        let queued: SuiteRun = try await calls.value(MeshCalls.request("POST", Path("v1", "trainer", "suites"), wish), from: .trainer)
        return try await ended(queued)
    }

    @inline(never)
    private func ended(_ queued: SuiteRun) async throws -> SuiteRun {
        var suite = queued
        while true {
            switch suite.state {
            case .finished: return suite
            case .failed: throw CommandFault("the tests could not be run: \(suite.error ?? "no reason given")")
            case .queued, .running: try await Task.sleep(for: .milliseconds(100))
            }
            suite = try await calls.value(ClientRequest("GET", Path("v1", "trainer", "suites", suite.id)), from: .trainer)
        }
    }

    func status() async throws -> CapabilityStatus {
        try await calls.value(ClientRequest("GET", Path("v1", "registry", "capabilities", capability, "status")), from: .modelRegistry)
    }

    /// What a suite would look at now.
    func sight() async throws -> TestSight {
        let status = try await status()
        let record: CapabilityRecord = try await calls.value(
            ClientRequest("GET", Path("v1", "registry", "capabilities", capability)), from: .modelRegistry)
        let dataset: DatasetRecord = try await calls.value(
            ClientRequest("GET", Path("v1", "dataset", "datasets", record.manifest.data.dataset)), from: .dataset)
        return TestSight(
            revision: status.revision, versions: status.versions, dataset: dataset.latestVersion,
            aliases: Dictionary(status.aliases.map { ($0.alias, $0.version) }) { first, _ in first })
    }

    func plan(dataset: Int?) async throws -> SuitePlan {
        var request = ClientRequest("GET", Path("v1", "trainer", "plans", capability))
        if let dataset { request.query = [("dataset", String(dataset))] }
        return try await calls.value(request, from: .trainer)
    }

    /// Tests both versions on the same rows, and says which flipped.
    func compare(_ before: Int, _ after: Int, dataset: Int?) async throws -> SuiteComparison {
        let first = try await suite(NewSuite(capability: capability, version: before, dataset: dataset))
        let rows = dataset ?? first.report?.dataset.version
        let second = try await suite(NewSuite(capability: capability, version: after, dataset: rows))
        var request = ClientRequest("GET", Path("v1", "trainer", "suites", first.id, "comparison"))
        request.query = [("with", second.id)]
        return try await calls.value(request, from: .trainer)
    }

    private func newestVersion() async throws -> Int {
        let status = try await status()
        guard status.versions > 0 else {
            let tests = status.tests.map { "  red           \($0.name)" }.joined(separator: "\n")
            throw CommandFault("\(capability) has no model yet, so its \(status.tests.count) tests are red:\n\(tests)")
        }
        return status.versions
    }
}
