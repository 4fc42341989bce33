import Contracts
import Foundation
import MeshCommand
import OnnxRuntime
import Tensors

/// Times batch jobs in a mesh against the engine alone, then online requests with and without a job beside them.
struct BatchLaneRun {
    private static let models = [BenchModel.digits, .convnet]

    let plan: BenchPlan
    let places: BenchPlaces

    func run() async throws -> BatchLaneResult {
        try await BenchMesh.run { mesh in
            var result = BatchLaneResult()
            for model in Self.models {
                let rows = try RowFile(model, places: places)
                let published = try await mesh.publish(model, places: places)
                let engine = EngineRows(session: try EngineSide.session(places.model(model)), rows: rows)
                try await check(published, rows, engine.session, mesh)
                result.lanes.append(try await lane(published, engine, mesh))
            }
            result.online = try await OnlineBesideRun(plan: plan, places: places, mesh: mesh).run()
            return result
        }
    }

    /// In each round the engine at every size and the job; who is first moves on.
    private func lane(_ model: PublishedModel, _ engine: EngineRows, _ mesh: BenchMesh) async throws -> BatchLaneResult.Lane {
        let rows = engine.rows
        let file = try mesh.upload(rows.parquet, format: .parquet)
        var lane = BatchLaneResult.Lane(model: rows.model, rows: rows.rows)
        let turns = engine.sizes.map(Int?.some) + [nil]
        for round in 0..<plan.rounds {
            for index in turns.indices {
                try await mesh.settle()
                if let size = turns[(index + round) % turns.count] {
                    lane.engine[size, default: []].append(try await engine.rate(chunk: size))
                } else {
                    lane.job.append(try await rate(of: model, file, rows.rows))
                }
            }
        }
        return lane
    }

    /// Rows a second of a job, from the wish to the last byte of its predictions.
    private func rate(of model: PublishedModel, _ file: Digest, _ rows: Int) async throws -> Double {
        let job = try await model.predict(file, format: .parquet)
        guard job.rowsDone == rows, job.rowsRefused == 0, let end = job.endedAt else {
            throw BenchFault("the job predicted \(job.rowsDone) of \(rows) rows and refused \(job.rowsRefused)")
        }
        return Double(rows) / end.timeIntervalSince(job.createdAt)
    }

    /// A small job of JSON lines, whose predictions are the engine's.
    private func check(_ model: PublishedModel, _ rows: RowFile, _ session: Session, _ mesh: BenchMesh) async throws {
        let count = rows.model.isHeavy ? 4 : 50
        let file = URL(filePath: try places.file("batch.jsonl", rows.lines(count)))
        let job = try await model.predict(try mesh.upload(file, format: .jsonl), format: .jsonl)
        let lines = try await model.output(of: job).split(separator: UInt8(ascii: "\n"))
        guard lines.count == count else { throw BenchFault("\(lines.count) predictions, not \(count)") }
        for (line, input) in zip(lines, rows.chunks(of: 1, atMost: count)) {
            let expected = try session.run([input])
            guard let members = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else { throw BenchFault("no object") }
            for tensor in expected { try AnswerCheck.compare(members[tensor.name], tensor) }
        }
    }
}
