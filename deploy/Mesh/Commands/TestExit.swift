import Contracts

/// What a report means for whoever waits on the exit status.
enum TestExit {
    /// 0 when nothing keeps a gate shut, 1 when a test fails, 2 when none fails but a blocking one could not tell or is flaky.
    static func status(of report: SuiteReport) -> Int32 {
        if report.passed { return 0 }
        return report.results.contains { $0.verdict == .fail } ? 1 : 2
    }
}
