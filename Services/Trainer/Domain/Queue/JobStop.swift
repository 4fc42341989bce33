/// Why a job ends before it is done.
enum JobStop: Error, Sendable, Hashable {
    /// Somebody asked for it.
    case cancelled
    /// Another worker holds the job now.
    case lost
    /// The service stops.
    case stopping
    /// The job's time is over.
    case overdue
}
