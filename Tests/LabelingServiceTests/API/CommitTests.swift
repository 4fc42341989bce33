import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Commits of labels")
struct CommitTests {
    private func events(_ mesh: LabelingMesh) async throws -> Int {
        try await mesh.database.number("SELECT count(*) AS n FROM events.log WHERE type = \(EventType.labelsCommitted)")
    }

    @Test("settled labels become one version with confidence and selection, rows from production come whole")
    func commit() async throws {
        try await withLabeling { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<3))
            let origin = RowOrigin(kind: .production, requestId: RequestID(), row: 1)
            _ = try await labeling.push(Fixtures.tasks(10..<12, origin: origin), reason: "alarm")
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) { _ in 2 } }

            let answer = try await labeling.commit()

            let result = try answer.decode(LabelCommit.self)
            #expect(answer.status == 201 && result.labels == 5 && result.rows == 2 && result.dataset.version == 5)
            let body = try #require(mesh.peers.commits.value.values.first?.body)
            #expect(Set(body.labels?.map(\.rowId) ?? []) == ["row-0", "row-1", "row-2"])
            #expect(Set(body.rows?.compactMap(\.id) ?? []) == ["row-10", "row-11"])
            #expect(
                body.labels?.allSatisfy {
                    $0.label == 2 && ($0.confidence ?? 0) > 0.5 && $0.annotators == 2 && $0.selection?.probability == 0.25
                } == true)
            #expect(body.rows?.allSatisfy { $0.origin == origin && $0.label == 2 } == true)
            #expect(try await events(mesh) == 1)
            #expect(try await labeling.progress().uncommitted == 0)
            let again = try await labeling.commit()
            #expect(again.status == 409 && again.json["code"] == "labeling.nothing_to_commit")
        }
    }

    @Test("an answer that broke off after the version was made: after a restart it is one version and one event")
    func restart() async throws {
        try await withMesh { mesh in
            mesh.peers.behaviour.change { $0 = .breaksOff }
            try await mesh.run { probe in
                let labeling = Labeling(probe: probe, mesh: mesh)
                try await labeling.createProject()
                _ = try await labeling.push(Fixtures.tasks(0..<4))
                for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }

                #expect(try await labeling.commit().status == 503)
                #expect(try await labeling.progress().uncommitted == 4)
            }
            mesh.peers.behaviour.change { $0 = .works }

            try await mesh.run(retryMilliseconds: 20) { probe in
                let labeling = Labeling(probe: probe, mesh: mesh)
                try await eventually {
                    let left = try await labeling.progress().uncommitted
                    return left == 0 ? nil : "\(left) uncommitted"
                }
            }

            #expect(mesh.peers.commits.value.count == 1)
            #expect(try await events(mesh) == 1)
        }
    }

    @Test("a pending commit that keeps failing is not in the way of the others")
    func oneFails() async throws {
        try await withMesh { mesh in
            mesh.peers.behaviour.change { $0 = .isAwayFor(dataset: "lost") }
            try await mesh.run(retryMilliseconds: 20) { probe in
                let labeling = Labeling(probe: probe, mesh: mesh)
                try await labeling.createProject()
                for (place, dataset) in ["lost", "digits"].enumerated() {
                    try await mesh.database.execute(
                        """
                        WITH project AS (INSERT INTO projects (id, capability, created_by) VALUES (\("p-" + dataset), 'shapes', 'key:1'))
                        INSERT INTO commits (id, project, dataset, body, labels, rows, created_at)
                             VALUES (\("c-" + dataset), \("p-" + dataset), \(dataset), '{"message":"labels"}', 1, 0,
                                     now() + make_interval(secs => \(place)))
                        """)
                }

                try await eventually {
                    let left = try await mesh.database.query("SELECT id FROM commits WHERE finished_at IS NULL").map {
                        try $0.decode("id", as: String.self)
                    }
                    return left == ["c-lost"] ? nil : "pending: \(left)"
                }
            }
        }
    }

    @Test("while dataset is away labels are kept; those settled meanwhile come in a commit of their own")
    func away() async throws {
        try await withLabeling { mesh, labeling in
            mesh.peers.behaviour.change { $0 = .isAway }
            _ = try await labeling.push(Fixtures.tasks(0..<2))
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }
            #expect(try await labeling.commit().status == 503)
            _ = try await labeling.push(Fixtures.tasks(2..<5))
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }
            mesh.peers.behaviour.change { $0 = .works }

            // The breaker gives the peer a moment after its failures.
            try await eventually {
                let answer = try await labeling.commit()
                return answer.status == 201 ? nil : answer.text
            }

            let rows = mesh.peers.commits.value.values.map { $0.body.labels?.map(\.rowId).sorted() ?? [] }
            #expect(Set(rows) == [["row-0", "row-1"], ["row-2", "row-3", "row-4"]])
            #expect(try await events(mesh) == 2)
        }
    }

    @Test("what dataset refuses for good is said, and may be committed anew")
    func refused() async throws {
        try await withLabeling { mesh, labeling in
            mesh.peers.behaviour.change { $0 = .refuses }
            _ = try await labeling.push(Fixtures.tasks(0..<1))
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }

            let answer = try await labeling.commit()
            #expect(answer.status == 422 && answer.text.contains("labels[0].rowId"), "\(answer.text)")
            #expect(try await labeling.progress().uncommitted == 1)

            mesh.peers.behaviour.change { $0 = .works }
            #expect(try await labeling.commit().status == 201)
        }
    }

    @Test("a label that dataset refuses keeps no other, and is tried again when no other waits")
    func oneRefused() async throws {
        try await withLabeling { mesh, labeling in
            mesh.peers.behaviour.change { $0 = .refusesRow("row-1") }
            let origin = RowOrigin(kind: .production, requestId: RequestID(), row: 1)
            _ = try await labeling.push(Fixtures.tasks(0..<2))
            _ = try await labeling.push(Fixtures.tasks(2..<3, origin: origin), reason: "alarm")
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }

            let first = try await labeling.commit()
            #expect(first.status == 201 && first.json["labels"] == 2, "\(first.text)")
            #expect(try await labeling.progress().uncommitted == 1)
            let again = try await labeling.commit()
            #expect(again.status == 422 && again.text.contains("labels[0].rowId"), "\(again.text)")
            _ = try await labeling.push(Fixtures.tasks(3..<4))
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }
            #expect(try await labeling.commit().json["labels"] == 1)

            mesh.peers.behaviour.change { $0 = .works }
            let last = try await labeling.commit()
            #expect(last.status == 201 && last.json["labels"] == 1, "\(last.text)")
            #expect(try await labeling.progress().uncommitted == 0)
        }
    }

    @Test("a manifest that names another team's dataset gives nobody its rows and puts no label into it")
    func foreignDataset() async throws {
        try await withLabeling(rows: RequestTests.rows) { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<1))
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }
            var manifest = try Fixtures.capability(gold: 0)
            manifest.data.dataset = "foreign"
            try await mesh.apply(manifest, revision: 2)

            try await eventually {
                let answer = try await labeling.request(LabelRequest(count: 1, method: .all, reason: "theirs"))
                return answer.status == 403 && answer.text.contains("mobile") ? nil : "\(answer.status) \(answer.text)"
            }
            let asked = mesh.peers.queries.value.count
            #expect(try await labeling.commit().status == 403)
            #expect(try await labeling.request(LabelRequest(count: 1, method: .all, reason: "theirs")).status == 403)

            #expect(mesh.peers.commits.value.isEmpty && mesh.peers.queries.value.count == asked)
            try await mesh.apply(try Fixtures.capability(gold: 0), revision: 3)
            try await eventually {
                let answer = try await labeling.commit()
                return answer.status == 201 ? nil : answer.text
            }
        }
    }

    @Test("commits at the same time make every label part of one version")
    func together() async throws {
        try await withLabeling { mesh, labeling in
            _ = try await labeling.push(Fixtures.tasks(0..<10))
            for person in ["ann", "bob"] { try await labeling.answerAll(as: person) }

            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await labeling.commit().status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }

            #expect(statuses.contains(201) && statuses.allSatisfy { $0 == 201 || $0 == 409 }, "\(statuses)")
            #expect(mesh.peers.commits.value.count == 1)
            #expect(try await events(mesh) == 1)
        }
    }
}
