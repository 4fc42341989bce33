import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Label requests")
struct RequestTests {
    /// 250 rows, more than one page: half train and half test, the first 100 labeled, every fifth of scanner b.
    static let rows = (0..<250).map {
        Fixtures.row($0, split: $0 % 2 == 0 ? "train" : "test", source: $0 % 5 == 0 ? "b" : "a", label: $0 < 100 ? 1 : nil)
    }

    /// Number and selection of each task of the project.
    private func chosen(_ mesh: LabelingMesh) async throws -> [(number: Int, selection: Selection)] {
        try await mesh.database.query("SELECT row_id, selection::text AS selection FROM labeling.tasks ORDER BY ordinal").map { row in
            let id = try row.decode("row_id", as: String.self)
            let selection = try WireJSON.decode(Selection.self, from: Data(try row.decode("selection", as: String.self).utf8))
            return (Int(id.dropFirst(4)) ?? -1, selection)
        }
    }

    @Test("random rows come from the split that is asked, unlabeled first, with their chance")
    func random() async throws {
        try await withLabeling(rows: Self.rows) { mesh, labeling in
            let answer = try await labeling.request(LabelRequest(count: 80, method: .random, split: "test", reason: "test rows"))

            #expect(answer.status == 201 && answer.json["created"] == 80, "\(answer.text)")
            let tasks = try await chosen(mesh)
            #expect(tasks.allSatisfy { $0.number % 2 == 1 })
            // 75 test rows are unlabeled, 50 labeled: all of those, five of these.
            #expect(tasks.prefix(75).allSatisfy { $0.number >= 100 && $0.selection.probability == 1 })
            #expect(tasks.suffix(5).allSatisfy { $0.number < 100 && $0.selection.probability == 0.1 })
            // The dataset service is asked for nothing else: one page of each part.
            #expect(mesh.peers.queries.value.count == 2)
            #expect(mesh.peers.queries.value.allSatisfy { $0.contains("split=test") && $0.contains("labeled=") })
            #expect(mesh.peers.inferences.value.isEmpty)
        }
    }

    @Test("a slice by a context field needs no model; the same request again finds other rows")
    func plainSlice() async throws {
        try await withLabeling(rows: Self.rows) { mesh, labeling in
            let request = LabelRequest(count: 10, method: .slice, slice: "scanner-b", reason: "red test")
            _ = try await labeling.request(request)
            let second = try await labeling.request(request)

            #expect(second.json["created"] == 10)
            let tasks = try await chosen(mesh)
            #expect(tasks.count == 20 && Set(tasks.map(\.number)).count == 20)
            #expect(tasks.allSatisfy { $0.number % 10 == 0 && $0.selection.method == .slice && $0.selection.reason == "scanner-b" })
            // 15 rows of the slice are unlabeled train rows: ten of them, then the other five and five of ten.
            #expect(tasks.prefix(10).allSatisfy { $0.selection.probability == 10.0 / 15 })
            #expect(mesh.peers.queries.value.allSatisfy { $0.contains("slice=scanner-b") })
        }
    }

    @Test("a slice by the model's answer asks the model, the newest where there is no champion")
    func predictedSlice() async throws {
        try await withLabeling(rows: Self.rows) { mesh, labeling in
            let request = LabelRequest(count: 12, method: .slice, slice: "twos", reason: "red test")
            let without = try await labeling.request(request)
            #expect(without.status == 422 && without.text.contains("No model"), "\(without.text)")

            try await mesh.register(1)
            try await mesh.register(2)
            try await eventually {
                let answer = try await labeling.request(request)
                return answer.status == 201 && mesh.peers.inferences.value.last?.version == "2" ? nil : answer.text
            }

            let tasks = try await chosen(mesh)
            #expect(tasks.allSatisfy { $0.number % 3 == 2 && $0.number % 2 == 0 })
            #expect(mesh.peers.inferences.value.allSatisfy { $0.rows <= 64 })
            let unknown = try await labeling.request(LabelRequest(count: 1, method: .uncertainty, version: 9, reason: "r"))
            #expect(unknown.status == 404)
        }
    }

    @Test("uncertain rows are those the model is least sure of, with some at random")
    func uncertain() async throws {
        try await withLabeling(rows: Self.rows) { mesh, labeling in
            try await mesh.register(1)
            let request = LabelRequest(count: 10, method: .uncertainty, reason: "improve")
            try await eventually {
                let answer = try await labeling.request(request)
                return answer.status == 201 ? nil : answer.text
            }

            let tasks = try await chosen(mesh)
            let uncertain = tasks.filter { $0.selection.method == .uncertainty }.map(\.number)
            // The margin of the stub falls to 0 at 150: rows next to it are least certain.
            #expect(uncertain.count == 8 && uncertain.allSatisfy { abs($0 - 150) <= 8 }, "\(uncertain)")
            #expect(tasks.filter { $0.selection.method == .random }.count == 2)
        }
    }

    @Test("a dataset without rows gives no tasks, and a peer that is away is said so")
    func nothing() async throws {
        try await withLabeling { _, labeling in
            let answer = try await labeling.request(LabelRequest(count: 10, method: .all, reason: "r"))
            #expect(answer.status == 201 && answer.json["created"] == 0)
        }
    }
}
