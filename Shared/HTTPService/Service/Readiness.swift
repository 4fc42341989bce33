import Logging
import Metrics
import Observability
import Synchronization

/// One thing that a service needs before it can work.
public struct ReadinessCheck: Sendable {
    public let name: String
    /// Throws when the thing is not there. Bounded by a second from outside.
    public let check: @Sendable () async throws -> Void
    private(set) var isToBegin = false

    public init(_ name: String, check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.check = check
    }

    /// The same check for what a service needs to begin, and can do most of its work without.
    var toBegin: ReadinessCheck {
        var check = self
        check.isToBegin = true
        return check
    }
}

/// Whether the service is ready for work.
public final class Readiness: Sendable {
    /// What is missing.
    struct Report: Sendable {
        /// What the service cannot work without.
        let missing: [String]
        /// What was there when the service began and is away now.
        var degraded: [String] = []
        var isReady: Bool { missing.isEmpty }
    }

    private let checks: [ReadinessCheck]
    private let logger: Logger
    private let meters: [String: Meter]
    private let draining = Atomic(false)
    /// Whether what the service has begun with was there when it was looked at last.
    private let begunWith = Mutex<[String: Bool]>([:])

    init(checks: [ReadinessCheck], logger: Logger, metrics: any MetricsFactory) {
        self.checks = checks
        self.logger = logger
        let names = checks.filter(\.isToBegin).map(\.name)
        meters = Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, Meter(label: "mesh_degraded", dimensions: [("need", name)], factory: metrics))
            })
        for meter in meters.values { meter.set(0) }
    }

    /// Whether the service is on its way out.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Says from now on that the service is not ready.
    func drain() { draining.store(true, ordering: .relaxed) }

    /// Whether there is something that the service can lose and work on.
    var canDegrade: Bool { !meters.isEmpty }

    /// Runs all checks side by side, but for those of what the service has begun with: those are known, and nobody waits for them.
    func report() async -> Report {
        if isDraining { return Report(missing: ["stopping"]) }
        let known = begunWith.withLock { $0 }
        let asked = checks.filter { known[$0.name] == nil }
        let missing = await faults(of: asked)
        begunWith.withLock { begunWith in
            for check in asked where check.isToBegin && !missing.contains(check.name) { begunWith[check.name] = true }
        }
        return Report(missing: missing.sorted(), degraded: known.filter { !$0.value }.keys.sorted())
    }

    /// Looks again at what the service has begun with.
    func lookAgain() async {
        let known = begunWith.withLock { $0 }
        let missing = await faults(of: checks.filter { known[$0.name] != nil })
        for (name, wasThere) in known where wasThere == missing.contains(name) {
            begunWith.withLock { $0[name] = !wasThere }
            meters[name]?.set(wasThere ? 1 : 0)
            let message: Logger.Message = wasThere ? "working on without what was lost" : "what was lost is back"
            logger.log(level: wasThere ? .warning : .notice, message, facts: [.reason: "\(name)"])
        }
    }

    private func faults(of checks: [ReadinessCheck]) async -> Set<String> {
        await withTaskGroup(of: String?.self) { group in
            for check in checks { group.addTask { await self.fault(of: check) } }
            return await group.reduce(into: []) { if let name = $1 { $0.insert(name) } }
        }
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
