import Foundation

/// A clock that never goes back and is read without a call into the kernel.
public enum Monotonic {
    /// Nanoseconds since some moment in the past.
    @inline(__always)
    public static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}
