import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@Suite("What a labeler sees and does")
struct LabelerFlowTests {
    @Test("gold looks like any other task, and answers of others and scores stay hidden")
    func hidden() async throws {
        try await withLabeling(gold: 1) { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<2))
            var gold = Fixtures.tasks(50..<51, gold: 2)
            gold[0].prediction = 2
            _ = try await labeling.push(gold)

            let answer = try await labeling.lease("ann")

            let lease = try answer.decode(TaskLease.self)
            #expect(lease.task.input["pixels"] == [50, 1])
            #expect(Set(answer.json["task"]?.objectValue?.keys.map { $0 } ?? []) == ["id", "project", "input", "context"])
            #expect(!answer.text.contains("gold"))
            try await labeling.answerAll(as: "bob") { _ in 2 }
            let seen = try await labeling.progress(mesh.labeler("ann"))
            #expect(seen.labelers.isEmpty && seen.alpha == nil)
            #expect(seen.tasks == 2)
        }
    }

    @Test("the team reads agreement and each labeler's gold score")
    func scores() async throws {
        try await withLabeling(gold: 0.5) { _, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<12))
            _ = try await labeling.push(Fixtures.tasks(50..<56, gold: 1))
            let good = try await labeling.answerAll(as: "ann")
            let fair = try await labeling.answerAll(as: "bob")

            let progress = try await labeling.progress()

            #expect(progress.tasks == 12 && progress.finished == 12 && progress.open == 0 && progress.uncommitted == 12)
            #expect(progress.answers == good + fair)
            let gold = progress.labelers.reduce(0) { $0 + $1.goldAnswers }
            #expect(good + fair == 24 + gold)
            #expect(progress.labelers.map(\.goldCorrect) == progress.labelers.map(\.goldAnswers))
            #expect(progress.labelers.allSatisfy { ($0.estimatedAccuracy ?? 0) > 0.5 })
        }
    }

    @Test("a wrong label, a lost lease and an unknown task are told apart")
    func refusals() async throws {
        try await withLabeling { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<1))
            let lease = try await labeling.lease("ann").decode(TaskLease.self)
            let path = "/v1/labeling/tasks/\(lease.task.id)/annotations"
            let ann = mesh.labeler("ann")

            let wrong = try await labeling.post(path, NewAnnotation(lease: lease.lease, label: 7), token: ann)
            #expect(wrong.status == 422 && wrong.json["code"] == "labeling.label_invalid" && wrong.text.contains("0, 1, 2"))
            let forged = try await labeling.post(path, NewAnnotation(lease: "x", label: 1), token: ann)
            #expect(forged.status == 422 && forged.json["code"] == "labeling.lease_lost")
            let none = try await labeling.post("/v1/labeling/tasks/x/annotations", NewAnnotation(lease: "x", label: 1), token: ann)
            #expect(none.status == 404 && none.json["code"] == "labeling.task_unknown")
            #expect(try await labeling.lease("ann").decode(TaskLease.self).lease == lease.lease)
        }
    }

    @Test("a monitor brings tasks for a capability that has no project yet")
    func monitor() async throws {
        try await withMesh { mesh in
            try await mesh.run { probe in
                let origin = RowOrigin(kind: .production, requestId: RequestID(), row: 0)
                let tasks = NewTasks(reason: "alarm 1", tasks: Fixtures.tasks(0..<2, origin: origin))
                let labeling = Labeling(probe: probe, mesh: mesh)
                let path = "/v1/labeling/projects/shapes/tasks"

                let first = try await labeling.post(path, tasks, token: mesh.authority.service(.monitor))
                let again = try await labeling.post(path, tasks, token: mesh.authority.service(.monitor))

                #expect(first.status == 201 && first.json["created"] == 2)
                #expect(again.status == 201 && again.json["created"] == 0 && again.json["known"] == 2)
                #expect(try await labeling.lease("ann").status == 201)
            }
        }
    }

    @Test(
        "hostile bodies are refused by name and never break the service",
        arguments: [
            ("projects/shapes/tasks", "{", ""), ("projects/shapes/tasks", #"{"reason":"r","tasks":[]}"#, "tasks"),
            ("projects/shapes/tasks", #"{"reason":"","tasks":[{"rowId":"","input":{}}]}"#, "tasks[0].rowId"),
            ("projects/shapes/tasks", #"{"reason":"r","tasks":[{"rowId":"a","input":{"pixels":[1]}}]}"#, "tasks[0].input.pixels"),
            ("projects/shapes/tasks", #"{"reason":"r","tasks":[{"rowId":"a","input":{"pixels":[1,{}]}}]}"#, "tasks[0].input.pixels"),
            ("projects/shapes/tasks", #"{"reason":"r","tasks":[{"rowId":"a","input":{"pixels":[1,2],"x":1}}]}"#, "tasks[0].input.x"),
            ("projects/shapes/tasks", #"{"reason":"r","tasks":[{"rowId":"a","input":{"pixels":[1,2]},"gold":9}]}"#, "tasks[0].gold"),
            ("projects/shapes/tasks", #"{"reason":"r","tasks":[{"rowId":"a\u0000","input":{"pixels":[1,2]}}]}"#, "tasks[0].rowId"),
            ("projects/shapes/tasks", #"{"reason":"r","tasks":[{"rowId":"a","input":{"pixels":[1,2]},"extra":1}]}"#, "tasks[0].extra"),
            ("projects/shapes/requests", #"{"count":1e99,"method":"all","reason":"r"}"#, "count"),
            ("projects/shapes/requests", #"{"count":1,"method":"best","reason":"r"}"#, "method"),
            ("projects/shapes/requests", #"{"count":1,"method":"slice","slice":"' OR 1=1","reason":"r"}"#, "slice"),
            ("projects", #"{"capability":"../x"}"#, "capability"), ("projects", #"{"capability":"shapes","name":"A b"}"#, "name"),
            ("tasks/x/annotations", #"{"lease":"x"}"#, "label"), ("tasks/x/skips", "[]", ""),
            ("projects/shapes/leases?besides=a&besides=b", "{}", "besides"),
        ])
    func hostile(path: String, body: String, field: String) async throws {
        try await withLabeling { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<1))
            let task = try await labeling.lease("ora").decode(TaskLease.self).task.id
            let place = "/v1/labeling/" + path.replacing("tasks/x", with: "tasks/\(task)")

            let answer = try await labeling.probe.send("POST", place, token: mesh.owner, json: body)

            #expect((400..<500).contains(answer.status), "\(answer.status) \(answer.text)")
            let fields = answer.json["errors"]?.arrayValue?.compactMap { $0["field"]?.stringValue } ?? []
            #expect(field.isEmpty || fields.contains(field), "\(answer.text)")
        }
    }
}
