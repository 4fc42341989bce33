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
                let session = try EngineSide.session(places.model(model))
                try await check(published, rows, session, mesh)
                result.lanes.append(try await lane(published, rows, session, mesh))
            }
            for connections in plan.connections { result.online.append(try await online(mesh, connections)) }
            return result
        }
    }

    private func lane(_ model: PublishedModel, _ rows: RowFile, _ session: Session, _ mesh: BenchMesh) async throws -> BatchLaneResult.Lane
    {
        let engine = EngineRows(session: session)
        let size = try await engine.bestChunk(rows)
        let single = try await engine.rate(rows.chunks(of: 1, atMost: rows.model.isHeavy ? 256 : 200_000))
        let chunks = rows.chunks(of: size)
        let file = try mesh.upload(rows.parquet, format: .parquet)
        var lane = BatchLaneResult.Lane(model: rows.model, rows: rows.rows, engineChunk: size, engineByRow: single)
        for _ in 0..<plan.rounds {
            lane.engine.append(try await engine.rate(chunks))
            let job = try await model.predict(file, format: .parquet)
            guard job.rowsDone == rows.rows, job.rowsRefused == 0, let end = job.endedAt else {
                throw BenchFault("the job predicted \(job.rowsDone) of \(rows.rows) rows and refused \(job.rowsRefused)")
            }
            lane.job.append(Double(rows.rows) / end.timeIntervalSince(job.createdAt))
        }
        return lane
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

    private func online(_ mesh: BenchMesh, _ connections: Int) async throws -> BatchLaneResult.Online {
        let rows = try RowFile(.convnet, places: places)
        let model = try await mesh.publish(.convnet, places: places)
        let file = try mesh.upload(rows.parquet, format: .parquet)
        var online = BatchLaneResult.Online(connections: connections)
        for _ in 0..<plan.rounds {
            try await mesh.settle()
            online.idle.append(try mesh.load(.inference, connections: connections, seconds: plan.seconds, places: places).sample)
            try await mesh.settle()
            let job = try await model.begin(file, format: .parquet)
            let before = try await running(job, model)
            let sample = try mesh.load(.inference, connections: connections, seconds: plan.seconds, places: places).sample
            let after = try await model.find(job)
            guard after.state == .running else { throw BenchFault("the job was \(after.state.rawValue) before the measurement was over") }
            online.beside.append(sample)
            online.rowsBeside.append(Double(after.rowsDone - before.rowsDone) / Double(plan.seconds))
            try await model.cancel(job)
        }
        return online
    }

    /// Waits until a job predicts rows.
    private func running(_ job: BatchJob, _ model: PublishedModel) async throws -> BatchJob {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let now = try await model.find(job)
            if now.state == .running, now.shardsDone > 0 { return now }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchFault("the job \(job.id) did not begin within a minute")
    }
}
