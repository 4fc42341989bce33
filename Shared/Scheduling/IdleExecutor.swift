/// Runs tasks, and calls that block, on threads that run only when nobody else wants the core.
///
/// Work that nobody waits for takes a task's preference: `group.addTask(executorPreference: idle) { … }`. Whoever prefers it keeps it alive.
public final class IdleExecutor: TaskExecutor {
    private let pool: IdleThreads

    /// - Parameter threads: jobs of tasks and calls that block at once; those that wait for something hold none.
    public init(name: String, threads: Int) { pool = IdleThreads(name: name, threads: threads) }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs a call on the threads that all tasks share, whatever the present one prefers: what holds locks that others wait for must get its
    /// turn.
    public static func promptly<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await body() }
    }

    /// Runs a call that blocks or computes for long; a task that is cancelled before it began throws `CancellationError`.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value { try await pool.run(body) }
}
