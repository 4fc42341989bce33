import Contracts
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Searches of parameters", .serialized)
struct SearchTests {
    private func start(_ mesh: TrainerHarness, _ json: String) async throws -> SearchRecord {
        let answer = try await mesh.probe.send("POST", "/v1/trainer/searches", token: mesh.engineer, json: json)
        guard answer.status == 201 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        return try answer.decode(SearchRecord.self)
    }

    private func search(_ mesh: TrainerHarness, _ id: String) async throws -> SearchRecord {
        try await mesh.probe.send("GET", "/v1/trainer/searches/\(id)", token: mesh.engineer).decode(SearchRecord.self)
    }

    private func ended(_ mesh: TrainerHarness, _ id: String) async throws -> SearchRecord {
        try await eventually(within: .seconds(180), every: .milliseconds(100)) {
            let now = try await search(mesh, id)
            return now.state == .running ? "\(now.leaderboard?.map { "\($0.state)" } ?? [])" : nil
        }
        return try await search(mesh, id)
    }

    @Test("a grid over two workers measures every combination, crowns the one that is better beyond doubt and registers it alone")
    func grid() async throws {
        try await withTrainer(workers: 2) { mesh in
            try await mesh.commit(try Digits.rows(), manifest: try Digits.manifest())
            let space = #"{"maximumIterations": {"values": [1, 200]}, "l2": {"values": [0.01]}}"#
            let made = try await start(mesh, #"{"capability": "digits", "strategy": "grid", "parallel": 2, "space": \#(space)}"#)
            #expect(made.asked.dataset == 1)
            let found = try await ended(mesh, made.id)
            #expect(found.state == .finished)
            let board = try #require(found.leaderboard)
            #expect(board.map(\.standing) == [.leader, .worse], "\(found.outcome ?? "")")
            #expect(board.first?.parameters["maximumIterations"] == 200)
            #expect(board.allSatisfy { ($0.lower ?? 1) < ($0.value ?? 0) && ($0.rows ?? 0) > 100 })
            #expect(found.crowned == board.first?.run)

            let registered = try await mesh.ended(try #require(found.registering))
            #expect(registered.state == .succeeded, "\(registered.error ?? "")")
            #expect(registered.search == nil)
            // The same parameters, seed and rows: the model that was crowned, to the byte.
            #expect(try await mesh.run(try #require(found.crowned)).model == registered.model)
            #expect(mesh.peers.now.versions.map(\.run) == [registered.id])
        }
    }

    @Test("equal combinations tie: none is crowned and nothing is registered")
    func tie() async throws {
        try await withTrainer(workers: 2) { mesh in
            try await mesh.commit(try Digits.rows(600), manifest: try Digits.manifest())
            let space = #"{"l2": {"values": [0.01, 0.0101, 0.0099]}}"#
            let found = try await ended(
                mesh, try await start(mesh, #"{"capability": "digits", "strategy": "grid", "space": \#(space)}"#).id)
            #expect(found.crowned == nil)
            #expect(found.registering == nil)
            #expect(found.leaderboard?.map(\.standing) == [.leader, .tied, .tied])
            #expect(found.outcome?.hasPrefix("A tie:") == true)
            #expect(mesh.peers.now.versions.isEmpty)
        }
    }

    @Test("successive halving gives most work to few: the rungs shrink by the factor, and every run ends")
    func asha() async throws {
        try await withTrainer(workers: 2) { mesh in
            try await mesh.commit(try Digits.rows(600), manifest: try Digits.manifest())
            let found = try await ended(
                mesh,
                try await start(
                    mesh,
                    #"""
                    {"capability": "digits", "strategy": "asha", "trials": 9, "parallel": 2, "metric": "log_loss",
                     "space": {"l2": {"minimum": 0.0001, "maximum": 100, "scale": "logarithmic"}},
                     "halving": {"resource": "maximumIterations", "minimum": 2, "maximum": 18}}
                    """#
                ).id)
            let runs = try await mesh.probe.send("GET", "/v1/trainer/runs?limit=100", token: mesh.engineer)
                .decode(Page<TrainingRun>.self).items.filter { $0.search == found.id }
            let rungs = Dictionary(grouping: runs) { $0.parameters["maximumIterations"]?.integerValue ?? 0 }.mapValues(\.count)
            #expect(rungs[2] == 9)
            #expect((3...6).contains(rungs[6] ?? 0), "\(rungs)")
            #expect((1...2).contains(rungs[18] ?? 0), "\(rungs)")
            #expect(runs.allSatisfy { $0.state == .succeeded })
            #expect(found.leaderboard?.count == 9)
            #expect(found.leaderboard?.first?.rung == 2)
        }
    }

    @Test("a cancelled search starts no more trials, and those under way end")
    func cancel() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let made = try await start(
                mesh,
                #"""
                {"capability": "digits", "strategy": "random", "trials": 50, "parallel": 3, "recipe": "multilayer-perceptron",
                 "parameters": {"epochs": 2000}, "space": {"learningRate": {"minimum": 0.001, "maximum": 0.1}}}
                """#)
            let answer = try await mesh.probe.send("POST", "/v1/trainer/searches/\(made.id)/cancel", token: mesh.engineer, body: [])
            #expect(answer.status == 200, "\(answer.text)")
            try await eventually(within: .seconds(60)) {
                let runs = try await mesh.probe.send("GET", "/v1/trainer/runs?limit=100", token: mesh.engineer)
                    .decode(Page<TrainingRun>.self).items
                return runs.count == 3 && runs.allSatisfy { $0.state == .cancelled } ? nil : "\(runs.map(\.state))"
            }
            #expect(try await search(mesh, made.id).state == .cancelled)
            let twice = try await mesh.probe.send("POST", "/v1/trainer/searches/\(made.id)/cancel", token: mesh.engineer, body: [])
            #expect(twice.status == 200)
        }
    }

    @Test("a search is its team's, its faults name the field, and a dataset without versions is said")
    func refusals() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            func post(_ json: String, _ token: String) async throws -> ProbeAnswer {
                try await mesh.probe.send("POST", "/v1/trainer/searches", token: token, json: json)
            }
            let fine = #"{"capability": "digits", "strategy": "grid", "space": {"l2": {"values": [1]}}}"#
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            #expect(try await post(fine, other).status == 403)
            let missing = try await post(fine, mesh.engineer)
            #expect((missing.status, missing.json["errors"]?.arrayValue?.first?["field"]) == (422, "dataset"))
            let wrong = try await post(
                #"{"capability": "digits", "strategy": "grid", "space": {"l2": {"values": [-1]}}}"#, mesh.engineer)
            #expect((wrong.status, wrong.json["errors"]?.arrayValue?.first?["field"]) == (422, "space.l2"))
            let unknown = try await mesh.probe.send("GET", "/v1/trainer/searches/x", token: mesh.engineer)
            #expect((unknown.status, unknown.json["code"]) == (404, "trainer.search_unknown"))

            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let made = try await start(mesh, fine)
            #expect(try await mesh.probe.send("GET", "/v1/trainer/searches/\(made.id)", token: other).status == 403)
            let listed = try await mesh.probe.send("GET", "/v1/trainer/searches", token: other)
            #expect(listed.json["items"]?.arrayValue?.isEmpty == true)
            #expect(try await ended(mesh, made.id).outcome == "Trial 0 is the only one that was measured.")
        }
    }
}
