extension SuiteWork: JobWork {
    func show(_ points: [ProgressPoint], of job: Job) async throws {}

    func end(_ job: Job, failure: String?) async throws {
        try await suites.fail(job, error: failure ?? "Cancelled.")
    }

    func requeue(_ job: Job, error: String) async throws {
        try await suites.requeue(job, error: error)
    }
}
