import BlobStore
import Contracts
import Evaluation
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("What is read off suites", .serialized)
struct SuiteReadTests {
    private func ask(_ mesh: TrainerHarness, version: Int) async throws -> SuiteRun {
        let json = #"{"capability": "digits", "version": \#(version)}"#
        let answer = try await mesh.probe.send("POST", "/v1/trainer/suites", token: mesh.engineer, json: json)
        guard answer.status == 201 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        return try await mesh.endedSuite(try answer.decode(SuiteRun.self).id)
    }

    @Test("two versions are compared row by row on the same rows: what flipped, by slice, and which tests changed")
    func comparison() async throws {
        try await withTrainer { mesh in
            let manifest = try Digits.manifest()
            let rows = try Digits.rows(900)
            let unlabeled = rows.map { row in
                var row = row
                if row.split == "train", row.label == 8 { row.label = nil }
                return row
            }
            try await mesh.commit(unlabeled, manifest: manifest)
            _ = try await mesh.ended(try await mesh.start().id)
            try await mesh.commit(rows, manifest: manifest)
            _ = try await mesh.ended(try await mesh.start().id)
            let (red, green) = (try await ask(mesh, version: 1), try await ask(mesh, version: 2))

            let answer = try await mesh.probe.send(
                "GET", "/v1/trainer/suites/\(red.id)/comparison?with=\(green.id)", token: mesh.engineer)
            #expect(answer.status == 200, "\(answer.text)")
            let found = try answer.decode(SuiteComparison.self)
            let eights = rows.count { $0.split == "test" && $0.label == 8 }
            #expect(found.isSameSplit)
            #expect(found.groups.first?.rows == rows.count { $0.split == "test" })
            let group = try #require(found.groups.first { $0.slice == "eights" })
            #expect(group.rows == eights && group.broken == 0 && group.mended > eights / 2 && group.pValue < 0.01)
            #expect(found.mended.contains { $0.label == 8 && $0.before != 8 && $0.after == 8 && $0.slices == ["eights"] })
            #expect(found.tests.contains { $0.test == "eights" && $0.before == .fail && $0.after == .pass })
            // The blobs that the reports name are there, and are the same rows.
            let kept = try await mesh.blobs.get(try #require(green.report?.rows))
            #expect(try SuiteRows(bytes: kept).split == green.report?.split)
            #expect(red.report?.split == green.report?.split)
        }
    }

    @Test("a comparison with nothing, of nothing, of others' or before its end is refused in words")
    func refusals() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(300), manifest: try Digits.manifest())
            let run = try await mesh.ended(try await mesh.start().id)
            let suite = try await mesh.endedSuite(run.id)
            func answer(_ path: String, team: String = "documents") async throws -> (Int, String?) {
                let token = mesh.authority.key(roles: [.engineer], team: team)
                let answer = try await mesh.probe.send("GET", "/v1/trainer/" + path, token: token)
                return (answer.status, answer.json["code"]?.stringValue ?? answer.json["capability"]?.stringValue)
            }

            #expect(try await answer("suites/\(suite.id)/comparison").0 == 400)
            #expect(try await answer("suites/x/comparison?with=\(suite.id)") == (404, "trainer.suite_unknown"))
            #expect(try await answer("suites/\(suite.id)/comparison?with=x") == (404, "trainer.suite_unknown"))
            #expect(try await answer("suites/\(suite.id)/comparison?with=\(suite.id)", team: "mobile") == (403, "request.forbidden"))
            try await mesh.database.execute("UPDATE suites SET report = NULL, state = 'failed' WHERE id = \(suite.id)")
            #expect(try await answer("suites/\(suite.id)/comparison?with=\(suite.id)") == (409, "request.conflict"))
            #expect(try await answer("plans/digits", team: "mobile") == (403, "request.forbidden"))
            #expect(try await answer("plans/nothing") == (404, "registry.capability_unknown"))
            #expect(try await answer("plans/digits?dataset=0").0 == 400)
            #expect(try await answer("plans/digits?dataset=77").0 == 422)
        }
    }

    @Test("the plan says which bounds the rows of today decide, by assumed values before a report and by its values after")
    func plan() async throws {
        try await withTrainer { mesh in
            let rows = try Digits.rows(600)
            try await mesh.commit(rows, manifest: try Digits.manifest())
            func plan() async throws -> SuitePlan {
                try await mesh.probe.send("GET", "/v1/trainer/plans/digits", token: mesh.engineer).decode(SuitePlan.self)
            }

            let before = try await plan()
            #expect(before.report == nil)
            #expect(before.tests.map(\.name) == ["good enough", "eights", "scanner z", "no step back"])
            #expect(before.tests[0].rows == rows.count { $0.split == "test" })
            #expect(before.tests[0].isObserved == false)
            #expect(before.tests[2].rows == 0 && before.tests[2].isDecidable == false)
            let run = try await mesh.ended(try await mesh.start().id)
            let suite = try await mesh.endedSuite(run.id)
            let after = try await plan()
            #expect(after.report == suite.id)
            #expect(after.tests[0].isObserved)
            #expect(after.tests[0].value == suite.report?.results[0].value)
        }
    }

    @Test("a suite measures on the trainer's machine, looks at every alias, and names what each test took")
    func machine() async throws {
        try await withTrainer { mesh in
            var manifest = try Digits.manifest()
            var latency = TestSpec(name: "fast", kind: "latency")
            latency.millisecondsAtMost = 10_000
            var phone = latency
            (phone.name, phone.machine) = ("fast on a phone", "phone")
            manifest.tests = [
                latency, phone, TestSpec(name: "same answers", kind: "reproducible"), TestSpec(name: "interface", kind: "contract"),
                TestSpec(name: "near the candidate", kind: "regression", metric: "accuracy", against: "candidate", within: 0.1),
            ]
            try await mesh.commit(try Digits.rows(500), manifest: manifest)
            let run = try await mesh.ended(try await mesh.start().id)
            let report = try #require(try await mesh.endedSuite(run.id).report)

            #expect(report.machine?.name == "local")
            #expect((report.machine?.calibrationMilliseconds ?? 0) > 0)
            let verdicts = report.results.map(\.verdict)
            // Other tests of the process may keep the machine busy: then the time says nothing, and never that it is too slow.
            #expect(verdicts[0] == .pass || report.results[0].message.contains("the machine was busy"), "\(report.results[0].message)")
            #expect(report.results[1].message == "It counts on the machine phone, and this is local.")
            #expect(verdicts[2...3].allSatisfy { $0 == .pass }, "\(report.results.map(\.message))")
            #expect(verdicts[4] == .inconclusive && report.results[4].message.contains("no candidate"))
            #expect(report.results.allSatisfy { $0.seconds != nil })
        }
    }
}
