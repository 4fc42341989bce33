import Contracts
import Foundation
import MeshClient
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("one request id leads from prediction, exposure and feedback to label, dataset row, run and model version")
    func followsOneRequest() async throws {
        let (owner, cast) = (loop.progress.cast.owner, loop.progress.cast)
        let served = try #require(loop.progress.served.first { $0.correct < $0.scans.count })
        let row = try #require(served.scans.indices.first { served.scans[$0].digit != served.answers[$0] })

        // Prediction, exposure, feedback.
        let trace: PredictionTrace = try await owner.get(Path("v1", "monitor", "predictions", served.id.description))
        let experiment = try #require(loop.progress.experiment)
        #expect(trace.prediction?.requestId == served.id)
        #expect(trace.prediction?.version == served.version)
        #expect(trace.exposures.filter { $0.experiment == experiment }.map(\.unit) == [served.user])
        #expect(trace.feedback.first { $0.row == row }?.label == .integer(Int64(served.scans[row].digit)))

        // Label and dataset row.
        let origin = RowOrigin(kind: .production, requestId: served.id, row: row)
        let id = RowID.production(served.id, row: row)
        let scan = served.scans[row]
        let task = NewTask(rowId: id, input: scan.input, context: scan.context, origin: origin)
        let _: JSONValue = try await owner.post(
            Path("v1", "labeling", "projects", "digits", "tasks"), NewTasks(reason: "follow one request", tasks: [task]))
        let digits = try DemoDigits.sample()
        for labeler in cast.labelers { _ = try await labeler.work(on: "digits", seeing: digits) }
        let commit: LabelCommit = try await owner.post(Path("v1", "labeling", "projects", "digits", "commits"), JSONValue.object([:]))
        let found = try await datasetRow(id, version: commit.dataset.version, owner)
        #expect(found?.origin == origin)
        #expect(found?.label == .integer(Int64(scan.digit)))

        // Run and model version.
        var demo = loop.progress
        demo.dataset = commit.dataset.version
        let play = Demo(name: "digits", manifest: .null, administrator: owner, digits: digits, story: DemoStory { _ in })
        let (run, report) = try await DemoPatience.$stretch.withValue(6) {
            let run = try await play.train(recipe: nil, demo)
            return (run, try await play.report(of: run, owner))
        }
        let version: ModelVersion = try await owner.get(
            Path("v1", "registry", "models", "digits", "versions", String(try #require(run.version))))
        #expect(version.run == run.id)
        #expect(version.dataset.version == commit.dataset.version)
        #expect(version.dataset.id == run.dataset?.id)
        #expect(report.version == version.version && report.model == version.model)
    }

    private func datasetRow(_ id: String, version: Int, _ owner: DemoCaller) async throws -> DatasetRow? {
        var page: String?
        repeat {
            let path = Path("v1", "dataset", "datasets", "digits", "versions", String(version), "rows")
            let query = [("limit", "200")] + (page.map { [("page", $0)] } ?? [])
            let rows: Contracts.Page<DatasetRow> = try await owner.get(path, query: query)
            if let row = rows.items.first(where: { $0.id == id }) { return row }
            page = rows.nextPage
        } while page != nil
        return nil
    }
}
