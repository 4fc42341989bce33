import Foundation

/// What the operating system knows of this process, under the names that Prometheus' client libraries use.
public enum ProcessMetrics {
    /// Adds the process's samples to a registry.
    public static func register(in registry: PrometheusRegistry) {
        let started = Date.now.timeIntervalSince1970
        for (name, help) in helps { registry.describe(name, help) }
        registry.collect { samples(started: started) }
    }

    private static let helps = [
        "process_cpu_seconds_total": "User and system CPU time spent, in seconds.",
        "process_resident_memory_bytes": "Resident memory, in bytes.",
        "process_virtual_memory_bytes": "Virtual memory, in bytes.",
        "process_open_fds": "Open file descriptors.",
        "process_max_fds": "Most file descriptors the process may open.",
        "process_threads": "Threads of the process.",
        "process_start_time_seconds": "When the process started, in seconds since the epoch.",
    ]

    private static func samples(started: Double) -> [MetricSample] {
        var usage = rusage()
        var limit = rlimit()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let cpu = [usage.ru_utime, usage.ru_stime].reduce(0.0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").compactMap { Double($0) } ?? []
        let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?.count ?? 0
        return [
            MetricSample("process_cpu_seconds_total", .counter, value: cpu),
            MetricSample("process_virtual_memory_bytes", .gauge, value: (pages.first ?? 0) * pageSize),
            MetricSample("process_resident_memory_bytes", .gauge, value: (pages.count > 1 ? pages[1] : 0) * pageSize),
            MetricSample("process_open_fds", .gauge, value: Double(files)),
            MetricSample("process_max_fds", .gauge, value: Double(limit.rlim_cur)),
            MetricSample("process_threads", .gauge, value: Double(threads)),
            MetricSample("process_start_time_seconds", .gauge, value: started),
        ]
    }
}
