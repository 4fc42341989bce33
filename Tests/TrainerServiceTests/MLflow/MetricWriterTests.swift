import Contracts
import Foundation
import MLflow
import Postgres
import TestSupport
import Testing

@testable import TrainerService

@Suite("Metrics that are written together", .serialized)
struct MetricWriterTests {
    private func points(_ range: Range<Int64>) -> [MetricPoint] {
        range.map { MetricPoint(key: "m", value: Double($0), at: $0, step: $0) }
    }

    @Test("twenty clients that log to one run lose and double nothing, and the newest point is that of the highest step")
    func twentyClients() async throws {
        try await withTracking { tracking in
            let run = try await tracking.run()
            try await withThrowingTaskGroup { group in
                for client in 0..<20 {
                    group.addTask {
                        for round in 0..<25 {
                            let step = Int64(round * 20 + client)
                            // Each sends its last point again, as after an answer that was lost.
                            try await tracking.metrics.write(
                                points(max(0, step - 20)..<step + 1).suffix(2), to: run.id, scope: TrackingParts.scope)
                        }
                    }
                }
                try await group.waitForAll()
            }

            let history = try await tracking.runs.history("m", of: run.id, after: nil, limit: 10_000)
            #expect(history.map(\.step) == Array(0..<500))
            #expect(try await tracking.runs.find(run.id, scope: TrackingParts.scope).metrics.map(\.step) == [499])
        }
    }

    @Test("what is refused among requests that are written together is refused alone")
    func refusedAlone() async throws {
        try await withTracking { tracking in
            let runs = [try await tracking.run(), try await tracking.run()]
            try await tracking.runs.move(runs[1], to: .deleted)
            let outcomes = try await withThrowingTaskGroup { group in
                for index in 0..<60 {
                    group.addTask { () -> (Int, String) in
                        let id = [runs[0].id, runs[1].id, "none"][index % 3]
                        let scope = index % 6 == 3 ? TeamScope(team: "mobile") : TrackingParts.scope
                        do {
                            try await tracking.metrics.write(points(Int64(index)..<Int64(index) + 1), to: id, scope: scope)
                            return (index, "kept")
                        } catch let error as MLflowError {
                            return (index, error.code.rawValue)
                        } catch let error as Problem {
                            return (index, error.code)
                        }
                    }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }

            for (index, outcome) in outcomes {
                let expected =
                    switch (index % 3, index % 6) {
                    case (2, _): "RESOURCE_DOES_NOT_EXIST"
                    case (_, 3): "request.forbidden"
                    case (1, _): "INVALID_PARAMETER_VALUE"
                    default: "kept"
                    }
                #expect(outcome == expected, "\(index)")
            }
            #expect(
                try await tracking.runs.history("m", of: runs[0].id, after: nil, limit: 100).map(\.step) == [
                    0, 6, 12, 18, 24, 30, 36, 42, 48, 54,
                ])
            #expect(try await tracking.runs.history("m", of: runs[1].id, after: nil, limit: 100) == [])
        }
    }

    @Test("one param that twenty clients write with values of their own has one of them, and the others are told")
    func oneParam() async throws {
        try await withTracking { tracking in
            let run = try await tracking.run()
            let kept = await withTaskGroup { group in
                for index in 0..<20 {
                    group.addTask {
                        let batch = RunBatch(run: run.id, params: [KeyValue(key: "p", value: "\(index)")])
                        return (try? await tracking.runs.log(batch, scope: TrackingParts.scope)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }

            #expect(kept == 1)
            #expect(try await tracking.runs.find(run.id, scope: TrackingParts.scope).params.count == 1)
        }
    }
}
