import Contracts

/// Runs a suite again whenever what it looks at has changed, until the process is interrupted.
struct TestWatch {
    /// Between two looks.
    static let pause: Duration = .seconds(1)

    let calls: TestCalls
    let wish: NewSuite

    /// - Parameter show: gets each report with what changed since the one before.
    @inline(never)
    func run(_ show: (SuiteReport, [TestChange]) throws -> Void) async throws {
        var before: (report: SuiteReport, sight: TestSight)?
        while !Task.isCancelled {
            let sight = try await calls.sight()
            let reasons = before.map { sight.reasons(since: $0.sight, for: wish) } ?? ["first run"]
            if !reasons.isEmpty, sight.versions > 0 || wish.run != nil {
                Console.progress("testing: \(reasons.joined(separator: ", "))")
                let report = try await calls.report(wish)
                try show(report, before.map { TestChange.between($0.report, report) } ?? [])
                before = (report, sight)
            } else if before == nil {
                Console.progress("there is no version yet: waiting")
            }
            try await Task.sleep(for: Self.pause)
        }
    }
}
