import Foundation

/// The scheduling class of threads that run only when nobody else wants the core (sched(7), SCHED_IDLE).
enum IdleClass {
    /// Puts the calling thread into the class; where the system refuses that, to the lowest niceness.
    static func enter() {
        #if os(Linux)
            let idle: Int32 = 5
            var parameters = sched_param()
            if sched_setscheduler(0, idle, &parameters) == 0 { return }
            // On Linux niceness is a thread's own, and 0 is the calling one.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        #else
            pthread_set_qos_class_self_np(QOS_CLASS_BACKGROUND, 0)
        #endif
    }
}
