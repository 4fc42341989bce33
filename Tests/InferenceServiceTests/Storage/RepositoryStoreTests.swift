import Contracts
import Foundation
import HTTPService
import Postgres
import TestSupport
import Testing

@testable import InferenceService

@Suite("What instances tell each other")
struct RepositoryStoreTests {
    func withStores(_ body: @Sendable @escaping (DesireStore, InstanceStore) async throws -> Void) async throws {
        try await withDatabaseURL { url in
            let database = Database(url: url, schema: "inference", maximumConnections: 2, logger: quiet)
            defer { database.close() }
            try await database.execute("CREATE SCHEMA inference")
            try await database.migrate([Migration("v0002_repository", PackageResources.v0002_repository_sql)])
            try await body(DesireStore(database: database), InstanceStore(database: database))
        }
    }

    @Test("of a model the last wish counts, with its policy and a generation that rises")
    func desires() async throws {
        try await withStores { desires, _ in
            try await desires.set("digits", isLoaded: true, policy: .specific([1, 3]), by: "key:1")
            try await desires.set("other", isLoaded: true, policy: nil, by: "key:1")
            let first = try await desires.all()
            try await desires.set("digits", isLoaded: false, policy: nil, by: "key:2")
            let second = try await desires.all()

            #expect(first["digits"]?.policy == .specific([1, 3]))
            #expect(first["digits"]?.isLoaded == true)
            #expect(second["digits"]?.isLoaded == false)
            #expect(second["digits"]?.policy == nil)
            #expect(second["other"] == first["other"])
            #expect((second["digits"]?.generation ?? 0) > (first["other"]?.generation ?? .max))
        }
    }

    @Test("wishes that are written at the same time have generations of their own, and the highest is the last that was written")
    func concurrent() async throws {
        try await withStores { desires, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask { try await desires.set("m\(number % 2)", isLoaded: number.isMultiple(of: 3), policy: nil, by: "key:1") }
                }
                try await group.waitForAll()
            }
            let all = try await desires.all()
            #expect(all.count == 2)
            #expect(all.values.map(\.generation).max() == 8)
        }
    }

    @Test("a report counts until it expires or its instance leaves, and an instance does not read its own")
    func reports() async throws {
        try await withStores { _, instances in
            let report = InstanceReport(entries: [InstanceReport.Entry(ModelFixture.version(1), .ready)])
            var counts = ServingCounts()
            counts.inferenceCount = 7
            counts.batches[4] = BatchTimes()
            let statistics = InstanceStatistics(entries: [.init(model: "m", version: "1", counts: counts)])
            try await instances.report("a", states: report, statistics: statistics, for: .seconds(60))
            try await instances.report("dead", states: report, statistics: statistics, for: .seconds(-1))

            #expect(try await instances.states(except: "b") == [report])
            #expect(try await instances.statistics(except: "b") == [statistics])
            #expect(try await instances.states(except: "a") == [])
            try await instances.leave("a")
            #expect(try await instances.states(except: "b") == [])
        }
    }
}
