import Logging
import Observability
import Synchronization

/// One thing that a service needs before it can work.
public struct ReadinessCheck: Sendable {
    public let name: String
    /// Throws when the thing is not there. Bounded by a second from outside.
    public let check: @Sendable () async throws -> Void

    public init(_ name: String, check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.check = check
    }

    /// The same check, passed for good once it has passed: for what a service needs to begin, and can do most of its work without.
    var once: ReadinessCheck {
        let latch = Latch()
        return ReadinessCheck(name) { [check] in
            if latch.isClosed { return }
            try await check()
            latch.close()
        }
    }

    private final class Latch: Sendable {
        private let flag = Atomic(false)
        var isClosed: Bool { flag.load(ordering: .relaxed) }
        func close() { flag.store(true, ordering: .relaxed) }
    }
}

/// Whether the service is ready for work.
public final class Readiness: Sendable {
    /// What is asked, and what is missing.
    struct Report: Sendable {
        let missing: [String]
        var isReady: Bool { missing.isEmpty }
    }

    private let checks: [ReadinessCheck]
    private let logger: Logger
    private let draining = Atomic(false)

    init(checks: [ReadinessCheck], logger: Logger) {
        self.checks = checks
        self.logger = logger
    }

    /// Whether the service is on its way out.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Says from now on that the service is not ready.
    func drain() { draining.store(true, ordering: .relaxed) }

    /// Runs all checks side by side.
    func report() async -> Report {
        if isDraining { return Report(missing: ["stopping"]) }
        let missing = await withTaskGroup(of: String?.self) { group in
            for check in checks { group.addTask { await self.fault(of: check) } }
            return await group.reduce(into: [String]()) { if let name = $1 { $0.append(name) } }
        }
        return Report(missing: missing.sorted())
    }

    private func fault(of check: ReadinessCheck) async -> String? {
        do {
            try await Deadline.after(.seconds(1)).race { try await check.check() }
            return nil
        } catch {
            logger.log(level: .debug, "readiness check failed", facts: [.reason: "\(check.name)", .error: "\(String(reflecting: error))"])
            return check.name
        }
    }
}
