import Foundation

/// Nanoseconds of the wall and of the processor, for measuring a piece of work on the calling thread.
enum ThreadClock {
    static func wall() -> Int { now(CLOCK_MONOTONIC) }

    /// What this thread has worked, without what others took of its core.
    static func processor() -> Int { now(CLOCK_THREAD_CPUTIME_ID) }

    private static func now(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}
