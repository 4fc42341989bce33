import Contracts
import Foundation
import MLflow
import Postgres
import TestSupport
import Testing

@testable import TrainerService

@Suite("Searches for runs", .serialized)
struct TrackingSearchTests {
    /// Every run in pages of a size, by tokens as clients have them.
    private func pages(_ search: PagedSearch, of size: Int, in tracking: TrackingParts) async throws -> [TrackedRun] {
        var (found, token): ([TrackedRun], String?) = ([], nil)
        repeat {
            let after = try tracking.tokens.values(in: token, of: search)
            let page = try await tracking.runs.search(
                search, experiments: [.ofDefault], scope: TrackingParts.scope, view: .activeOnly, after: after, limit: size)
            found += page.prefix(size).map(\.run)
            token = tracking.tokens.next(page.map(\.place), limit: size, in: search)
        } while token != nil
        return found
    }

    private func populate(_ tracking: TrackingParts, count: Int) async throws -> [TrackedRun] {
        var random = RandomRunSearch(seed: 11)
        var runs: [TrackedRun] = []
        for _ in 0..<count {
            let name = random.name()
            let run = try await tracking.run(start: Int64(random.below(3)), name: name, user: random.pick(["", "a", "b"]))
            try await tracking.runs.log(random.batch(run: run.id), scope: TrackingParts.scope)
            try await tracking.runs.add(random.datasets(), to: run)
            try await tracking.runs.change(
                run, status: random.pick(RunStatus.allCases), endTime: random.below(2) == 0 ? nil : Int64(random.below(3)), name: nil)
            runs.append(try await tracking.runs.find(run.id, scope: TrackingParts.scope))
        }
        return runs
    }

    @Test("random filters, orders and page sizes find what the grammar's own evaluation finds, in its order")
    func random() async throws {
        try await withTracking { tracking in
            let runs = try await populate(tracking, count: 50)
            var (matches, total) = (0, 0)
            for seed in 0..<300 {
                var random = RandomRunSearch(seed: UInt64(seed))
                let filter = try SearchFilter(random.filter(), kind: .runs)
                let order = try SearchOrder(random.order(), kind: .runs)
                let expected = runs.filter { filter.matches($0.values) }.sorted { left, right in
                    order.places(order.terms.map { left.values($0.field).first }, before: order.terms.map { right.values($0.field).first })
                }

                let found = try await pages(PagedSearch(filter, order, scope: []), of: 1 + random.below(20), in: tracking)

                #expect(found.map(\.id) == expected.map(\.id), "seed \(seed): \(filter) by \(order)")
                matches += expected.count
                total += runs.count
            }
            // A filter that lets everything or nothing through proves little.
            #expect(matches > total / 10 && matches < total * 9 / 10)
        }
    }

    @Test("pages miss and repeat nothing while others insert")
    func stable() async throws {
        try await withTracking { tracking in
            let before = try await populate(tracking, count: 40)
            let search = PagedSearch(try SearchFilter(nil, kind: .runs), try SearchOrder([], kind: .runs), scope: [])
            async let inserting: Void = {
                for start in 0..<30 { _ = try await tracking.run(start: Int64(start % 4)) }
            }()
            let found = try await pages(search, of: 3, in: tracking)
            try await inserting

            #expect(Set(found.map(\.id)).count == found.count)
            #expect(Set(before.map(\.id)).isSubset(of: Set(found.map(\.id))))
        }
    }

    @Test("a filter's texts are bound, whatever they hold")
    func hostile() async throws {
        try await withTracking { tracking in
            _ = try await tracking.run(name: "'; DROP TABLE tracked_runs; --")
            let filter = try SearchFilter("run_name = '''; DROP TABLE tracked_runs; --'", kind: .runs)
            let search = PagedSearch(filter, try SearchOrder(["tags.`\"; --` ASC"], kind: .runs), scope: [])

            #expect(try await pages(search, of: 5, in: tracking).count == 1)
        }
    }
}
