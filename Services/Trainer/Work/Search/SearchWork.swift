import BlobStore
import Contracts
import Statistics

/// Ends a search: compares its trials with each other.
struct SearchWork: JobWork {
    let searches: SearchStore
    let blobs: any BlobStore

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await searches.find(job.id)
        let plan: SearchPlan
        do { plan = try stored.plan() } catch { throw JobFailure("The search cannot be read any more: \(error.title).") }
        let trials = try await searches.trials(job.id)
        var said: [String: TrialRows] = [:]
        for (run, blob) in try await searches.scores(job.id) { said[run] = try TrialRows(bytes: try await blobs.get(blob)) }
        let (metric, rows) = (try Metric.named(plan.metric), said)
        let board = try await ComputeThread.run("leaderboard") {
            try Leaderboard(trials, metric: metric) { run in
                guard let found = rows[run] else { throw JobFailure("What trial \(run) said is not there any more.") }
                return try found.rows()
            }
        }
        try control.seal()
        try await searches.finish(job, board)
    }

    func show(_ points: [ProgressPoint], of job: Job) async throws {}

    func end(_ job: Job, failure: String?) async throws {
        try await searches.fail(job, error: failure ?? "Cancelled.")
    }

    func requeue(_ job: Job, error: String) async throws {}
}
