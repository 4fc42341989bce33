import Contracts
import Foundation
import MeshCommand

/// Times online requests with a batch lane that rests and with one that always has rows to do.
struct OnlineBesideRun {
    /// Jobs that wait behind the one that runs, so that the lane has work to the end.
    private static let jobs = 4
    /// A lane's runs are too few to be counted in less.
    private static let leastSeconds = 3

    let plan: BenchPlan
    let places: BenchPlaces
    let mesh: BenchMesh

    private var seconds: Int { max(Self.leastSeconds, plan.seconds) }

    func run() async throws -> [BatchLaneResult.Online] {
        let rows = try RowFile(.convnet, places: places)
        let model = try await mesh.publish(.convnet, places: places)
        let file = try mesh.upload(rows.parquet, format: .parquet)
        var result = plan.connections.map { BatchLaneResult.Online(connections: $0) }
        for index in result.indices {
            for round in 0..<plan.rounds {
                for isBeside in round.isMultiple(of: 2) ? [false, true] : [true, false] {
                    try await mesh.settle()
                    let connections = result[index].connections
                    guard isBeside else {
                        let moment = try await moment(connections)
                        result[index].idle.append(moment.sample)
                        result[index].foreign.append(moment.foreign)
                        continue
                    }
                    let moment = try await beside(model, file, connections)
                    result[index].beside.append(moment.sample)
                    result[index].rowsBeside.append(moment.rows)
                }
            }
        }
        return result
    }

    /// What online requests saw, the rows a second of the batch lane while they were measured, as inference counts its runs, and the share
    /// of the machine that programs of others took.
    private typealias Moment = (sample: SideSample, rows: Double, foreign: Double)

    /// Online requests beside jobs.
    private func beside(_ model: PublishedModel, _ file: Digest, _ connections: Int) async throws -> Moment {
        var jobs: [BatchJob] = []
        for _ in 0..<Self.jobs { jobs.append(try await model.begin(file, format: .parquet)) }
        try await running(jobs, model)
        let moment = try await moment(connections)
        var left = 0
        for job in jobs where [.queued, .running].contains(try await model.find(job).state) {
            left += 1
            try await model.cancel(job)
        }
        guard left > 0 else { throw BenchFault("the jobs had ended before the measurement was over") }
        guard moment.rows > 0 else {
            throw BenchFault("the batch lane did no row beside \(connections) online connections: nothing was compared")
        }
        return moment
    }

    private func moment(_ connections: Int) async throws -> Moment {
        try await mesh.warm(.inference, connections: connections)
        let (start, before, busy, own) = (ContinuousClock.now, try rowsDone(), MachineTime.busySeconds, mesh.cpuSeconds)
        let run = try mesh.wrk(.inference, connections: connections, seconds: seconds, places: places)
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let foreign = MachineTime.busySeconds - busy - (mesh.cpuSeconds - own) - run.cpuSeconds
        let share = max(0, foreign) / (elapsed * Double(EngineSide.cores))
        return (SideSample(run, cpuSeconds: 0), (try rowsDone() - before) / elapsed, share)
    }

    private func rowsDone() throws -> Double {
        try mesh.inferencePorts.reduce(0) { $0 + (try ServiceMetrics(port: $1).sum("mesh_inference_rows_total", "lane=\"batch\"")) }
    }

    /// Waits until one of the jobs predicts rows.
    private func running(_ jobs: [BatchJob], _ model: PublishedModel) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            for job in jobs {
                let now = try await model.find(job)
                if now.state == .running, now.shardsDone > 0 { return }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchFault("no job began within a minute")
    }
}
