/// What becomes of a job after an attempt.
enum JobEnd: Sendable, Hashable {
    /// It is another worker's affair.
    case leave
    /// Back to the queue; the attempt does not count.
    case letGo
    /// Back to the queue after so many seconds, with the reason.
    case retry(after: Double, String)
    case cancelled
    case failed(String)

    /// How an attempt ended that something stopped.
    static func of(_ stop: JobStop) -> JobEnd {
        switch stop {
        case .cancelled: .cancelled
        case .lost: .leave
        case .stopping: .letGo
        case .overdue: .failed("Ended by its timeout.")
        }
    }

    /// How the attempt of this number ended when it failed: what may pass is tried again until the attempts are used up.
    static func of(_ sentence: String, isPassing: Bool, attempt: Int) -> JobEnd {
        guard isPassing, let pause = RetryPolicy.pause(after: attempt) else { return .failed(sentence) }
        return .retry(after: pause, sentence)
    }
}
