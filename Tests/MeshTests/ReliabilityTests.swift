import Contracts
import Foundation
import MeshClient
import Postgres
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests {
    @Test("kill -9 of every program, a Postgres restart and a gateway reload within the loop: nothing acknowledged is lost or doubled")
    func losesNothing() async throws {
        try await RealMesh.run(instances: 2) { mesh in
            let ledger = Ledger()
            let progress = try await Self.play(on: mesh, ledger: ledger)

            try await mesh.waitUntilServing()
            let entries = ledger.entries
            #expect(entries.annotations.count > 500 && entries.predictions.count > 100 && entries.runs.count > 3)
            try await mesh.withDatabase { database in
                try await Self.compareLabels(entries, database)
                try await Self.comparePredictions(entries, database)
                try await Self.compareFeedback(entries, database)
                try await Self.compareEvents(entries, database)
            }
            try await Self.compareVersions(entries, progress)
        }
    }

    /// Plays the loop and strikes every blow meanwhile.
    private static func play(on mesh: RealMesh, ledger: Ledger) async throws -> Demo.Progress {
        let story = DemoStory { print($0) }
        let demo = Demo(
            name: "digits", manifest: try DemoCommand.manifest(),
            administrator: try mesh.administrator { ledger.note($0, $1) }, digits: try DemoDigits.sample(), story: story)
        let isOver = Recorder(false)
        async let healed = Havoc(mesh: mesh).strike(until: isOver)
        let progress = try await DemoPatience.$stretch.withValue(8) { try await demo.play() }
        isOver.change { $0 = true }
        #expect(try await healed.map(\.blow) == Havoc.blows)
        return progress
    }

    private static func compareLabels(_ entries: Ledger.Entries, _ database: Database) async throws {
        let rows = try await database.query("SELECT id, task, labeler FROM labeling.annotations")
        let stored = try rows.map { row in
            (
                try row.decode("id", as: String.self),
                "\(try row.decode("task", as: String.self)) \(try row.decode("labeler", as: String.self))"
            )
        }

        #expect(Set(stored.map(\.0)) == Set(entries.annotations.keys), "labels that were acknowledged, and no other")
        #expect(Set(stored.map(\.1)).count == stored.count, "one answer of each labeler to a task")
    }

    private static func comparePredictions(_ entries: Ledger.Entries, _ database: Database) async throws {
        // What lies in the spool of an instance that was killed is shipped by the next one.
        try await eventually(within: RealMesh.patience, every: .milliseconds(200)) {
            let missing = entries.predictions.subtracting(try await ids("SELECT request_id AS id FROM monitor.predictions", database))
            return missing.isEmpty ? nil : "\(missing.count) of \(entries.predictions.count) predictions are missing"
        }
        let answered = try await ids(
            "SELECT request_id AS id FROM monitor.predictions WHERE NOT shadow GROUP BY request_id HAVING count(*) > 1", database)
        #expect(answered.isEmpty, "predictions counted twice")
        let experiments = entries.experiments.sorted()
        let exposed = try await ids(
            """
            SELECT request_id AS id
              FROM monitor.predictions p
             WHERE NOT shadow AND record::jsonb ->> 'experiment' = ANY(\(experiments)::text[])
            """, database)
        try await eventually(within: RealMesh.patience, every: .milliseconds(200)) {
            let missing = exposed.subtracting(try await ids("SELECT request_id AS id FROM monitor.exposures", database))
            return missing.isEmpty ? nil : "\(missing.count) of \(exposed.count) exposures are missing"
        }
        #expect(!exposed.isEmpty)
    }

    private static func compareFeedback(_ entries: Ledger.Entries, _ database: Database) async throws {
        let stored = try await database.query("SELECT id FROM monitor.feedback").map { try $0.decode("id", as: String.self) }

        #expect(Set(stored) == entries.feedback)
        #expect(stored.count == entries.feedback.count, "feedback counted twice")
    }

    /// Each thing that was made is told of once.
    private static func compareEvents(_ entries: Ledger.Entries, _ database: Database) async throws {
        let rows = try await database.query("SELECT type, data::text AS data FROM events.log ORDER BY log.txid, log.sequence")
        let events = try rows.map { row in
            (
                type: try row.decode("type", as: String.self),
                data: try WireJSON.decode(JSONValue.self, from: Data(try row.decode("data", as: String.self).utf8))
            )
        }
        func told(_ type: String, _ key: (JSONValue) -> String?) -> [String] {
            events.filter { $0.type == type }.compactMap { key($0.data) }
        }

        #expect(told(EventType.runEnded) { $0["id"]?.stringValue }.sorted() == entries.runs.sorted())
        #expect(told(EventType.versionRegistered) { $0["run"]?.stringValue }.sorted() == entries.runs.sorted())
        #expect(told(EventType.reportRecorded) { $0["id"]?.stringValue }.sorted() == entries.runs.sorted())
        #expect(told(EventType.datasetCommitted) { $0["number"]?.integerValue.map(String.init) }.count == entries.datasetVersions.count)
        let moves = told(EventType.aliasMoved) { data in
            data["alias"]?.stringValue.flatMap { alias in data["version"]?.integerValue.map { "\(alias) \($0)" } }
        }
        #expect(Set(entries.aliases).isSubset(of: Set(moves)))
        #expect(moves.count == Set(moves).count, "aliases moved twice: \(moves)")
    }

    private static func compareVersions(_ entries: Ledger.Entries, _ progress: Demo.Progress) async throws {
        let owner = progress.cast.owner
        let runs: Contracts.Page<TrainingRun> = try await owner.get(
            Path("v1", "trainer", "runs"), query: [("capability", "digits"), ("limit", "200")])
        let versions: Contracts.Page<ModelVersion> = try await owner.get(
            Path("v1", "registry", "models", "digits", "versions"), query: [("limit", "200")])
        let datasets: Contracts.Page<DatasetVersion> = try await owner.get(
            Path("v1", "dataset", "datasets", "digits", "versions"), query: [("limit", "200")])

        #expect(Set(runs.items.map(\.id)) == entries.runs && runs.items.count == entries.runs.count)
        #expect(versions.items.map(\.run).sorted() == entries.runs.sorted(), "a version of each run")
        #expect(datasets.items.map(\.number).sorted() == entries.datasetVersions.sorted())
    }

    private static func ids(_ query: SQL, _ database: Database) async throws -> Set<String> {
        Set(try await database.query(query).map { try $0.decode("id", as: String.self) })
    }
}
