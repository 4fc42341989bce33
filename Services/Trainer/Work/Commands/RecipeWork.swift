import Contracts

/// Does a run by its kind of recipe: one that the service brings along, or a program.
struct RecipeWork: JobWork {
    let runs: RunStore
    let training: RunWork
    let commands: CommandWork

    func perform(_ job: Job, _ control: JobControl) async throws {
        if try await runs.find(job.id).run.command == nil {
            try await training.perform(job, control)
        } else {
            try await commands.perform(job, control)
        }
    }

    func show(_ points: [ProgressPoint], of job: Job) async throws { try await training.show(points, of: job) }

    func end(_ job: Job, failure: String?) async throws { try await training.end(job, failure: failure) }

    func requeue(_ job: Job, error: String) async throws { try await training.requeue(job, error: error) }
}
