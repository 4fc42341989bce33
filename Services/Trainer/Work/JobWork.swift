/// What a worker does with jobs of one kind.
protocol JobWork: Sendable {
    /// Does the job, and commits its result with the job's fence.
    func perform(_ job: Job, _ control: JobControl) async throws

    /// Shows how far it is. Throws ``LeaseLost``.
    func show(_ points: [ProgressPoint], of job: Job) async throws

    /// Ends the job without a result. Throws ``LeaseLost``.
    ///
    /// - Parameter failure: why, for its owner; nil when it was cancelled.
    func end(_ job: Job, failure: String?) async throws

    /// Marks what the job is about as waiting again, with the reason why the attempt came to nothing. Throws ``LeaseLost``.
    func requeue(_ job: Job, error: String) async throws
}
