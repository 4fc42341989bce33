import Dispatch
import Synchronization

/// Threads that sleep until there is work for them. Whoever brings work wakes one, and calls the kernel only when one sleeps.
///
/// Used together with a lock that guards the work: ``count`` is read and changed under it.
struct Sleepers: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private var count = 0

    /// Says, under the lock, that the calling thread goes to sleep. ``sleep(until:)`` follows outside of it.
    mutating func willSleep() { count += 1 }

    /// Under the lock: the semaphore to signal after it, when somebody sleeps.
    mutating func wakeOne() -> DispatchSemaphore? {
        guard count > 0 else { return nil }
        count -= 1
        return semaphore
    }

    /// Under the lock: wakes all.
    mutating func wakeAll() {
        while count > 0 {
            count -= 1
            semaphore.signal()
        }
    }

    /// Outside of the lock.
    var bed: DispatchSemaphore { semaphore }

    /// Under the lock, after a sleep that nobody ended: takes the thread out, or says that a signal is on its way to it.
    mutating func overslept() -> Bool {
        guard count > 0 else { return true }
        count -= 1
        return false
    }
}
