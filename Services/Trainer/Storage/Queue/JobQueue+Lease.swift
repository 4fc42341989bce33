import Postgres

extension JobQueue {
    /// Changes a job's lease by a rule, while nobody else can; nil when the job is gone.
    ///
    /// - Parameters:
    ///   - rule: is given the lease and the database's time.
    ///   - worker: who is to be named as the holder, by what the rule answered; left as it is when absent.
    static func change<Answer: Sendable>(
        _ job: Job.Key, on connection: Connection, _ rule: (inout JobLease, Double) -> Answer,
        worker: ((Answer) -> String?)? = nil
    ) async throws -> Answer? {
        let rows = try await connection.query(
            """
            SELECT fence, attempts, losses, extract(epoch FROM not_before)::float8 AS not_before,
                   extract(epoch FROM lease_until)::float8 AS lease_until, cancel_asked, timeout_seconds::float8 AS timeout,
                   extract(epoch FROM deadline)::float8 AS deadline, extract(epoch FROM clock_timestamp())::float8 AS now, worker
              FROM jobs
             WHERE kind = \(job.kind.rawValue) AND id = \(job.id)
               FOR UPDATE
            """)
        guard let row = rows.first else { return nil }
        let before = try JobLease(row: row)
        var lease = before
        let answer = rule(&lease, try row.decode("now"))
        guard lease != before else { return answer }
        let holder = try worker.map { $0(answer) } ?? row.decode("worker", as: String?.self)
        try await connection.execute(
            """
            UPDATE jobs
               SET fence = \(lease.fence), attempts = \(lease.attempts), losses = \(lease.losses),
                   not_before = to_timestamp(\(lease.notBefore)), lease_until = to_timestamp(\(lease.heldUntil)::float8),
                   cancel_asked = \(lease.cancelAsked), deadline = to_timestamp(\(lease.deadline)::float8), worker = \(holder)
             WHERE kind = \(job.kind.rawValue) AND id = \(job.id)
            """)
        return answer
    }
}

extension JobLease {
    init(row: Row) throws {
        self.init(
            fence: try row.decode("fence"), attempts: try row.decode("attempts"), losses: try row.decode("losses"),
            notBefore: try row.decode("not_before"), heldUntil: try row.decode("lease_until"), cancelAsked: try row.decode("cancel_asked"),
            timeout: try row.decode("timeout"),
            deadline: try row.decode("deadline"))
    }
}
