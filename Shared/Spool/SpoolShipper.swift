import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// Sends closed segments to the monitor in the background, each until it is acknowledged, and then deletes it.
///
/// The monitor counts a segment once by its spool and number, so sending one again does no harm.
public final class SpoolShipper: Service {
    /// Puts a segment to `/v1/monitor/segments/{spool}/{segment}` and gives the status of the answer.
    public typealias Put = @Sendable (_ spool: String, _ segment: String, _ body: [UInt8]) async throws -> Int

    private let spool: Spool
    private let logger: Logger
    private let put: Put
    private let tick: Duration
    private let longestPause: Duration
    private let patience: Duration
    /// Since when the monitor has failed over a segment, by file.
    private let failing = Mutex<[String: ContinuousClock.Instant]>([:])
    private static let adoptionInterval: Duration = .seconds(1)

    /// - Parameters:
    ///   - tick: how often ages and closed segments are looked at.
    ///   - longestPause: the longest wait before a segment is tried again.
    ///   - patience: how long the monitor may fail over a segment while it takes others, before that one counts as refused.
    public init(
        _ spool: Spool, logger: Logger, tick: Duration = .milliseconds(100), longestPause: Duration = .seconds(2),
        patience: Duration = .seconds(3600), put: @escaping Put
    ) {
        self.spool = spool
        self.logger = logger
        self.put = put
        self.tick = tick
        self.longestPause = longestPause
        self.patience = patience
    }

    /// Ships until the process is asked to stop, then what is there once more.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.rotate() }
                group.addTask { await self.ship() }
            }
        }
        spool.rotate(evenYoung: true)
        // What cannot be sent now is adopted by the next instance.
        _ = await shipAll(spool.folder)
    }

    private func rotate() async {
        while !Task.isCancelled {
            spool.rotate()
            try? await Task.sleep(for: tick)
        }
    }

    private func ship() async {
        var adopted: [SpoolFolder] = []
        var nextLook = ContinuousClock.now
        var pause = tick
        while !Task.isCancelled {
            if nextLook <= .now {
                adopted += adoptions()
                nextLook = .now + Self.adoptionInterval
            }
            var isDone = await shipAll(spool.folder)
            var left: [SpoolFolder] = []
            for folder in adopted {
                if await !shipAll(folder) { isDone = false }
                if !folder.removeIfEmpty() { left.append(folder) }
            }
            adopted = left
            pause = isDone ? tick : min(pause * 2, longestPause)
            try? await Task.sleep(for: isDone ? tick : pause * Double.random(in: 0.5...1))
        }
    }

    private func adoptions() -> [SpoolFolder] {
        do {
            return try spool.adoptions()
        } catch {
            logger.warning("segments of dead instances could not be adopted", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// What became of a segment.
    private enum Fate {
        case gone
        /// The monitor fails over this one; the next ones may do.
        case failing
        /// Nobody takes any now.
        case postponed
    }

    /// Sends the closed segments of a folder in order; false when one has to be tried again.
    private func shipAll(_ folder: SpoolFolder) async -> Bool {
        var isDone = true
        for number in folder.numbers("segment") {
            guard !Task.isCancelled else { return false }
            guard let content = FileBytes.read(folder.file(number, "segment")) else { continue }
            switch await send(number, of: folder, content) {
            case .gone: break
            case .failing: isDone = false
            case .postponed: return false
            }
        }
        return isDone
    }

    private func send(_ number: Int, of folder: SpoolFolder, _ body: [UInt8]) async -> Fate {
        let name = folder.file(number, "segment")
        let status = (try? await put(folder.id, String(number), body)) ?? 503
        switch status {
        case 200..<300:
            spool.release(ClosedSegment(folder: folder, number: number, bytes: body.count, used: .now))
            failing.withLock { $0[name] = nil }
            count("shipped")
            return .gone
        // These say that this body will never be taken: it must not stand in the way of the next ones.
        case 400, 413, 415, 422:
            refuse(number, of: folder, body, status)
            return .gone
        case 500:
            let since = failing.withLock { failing in
                failing[name] = failing[name] ?? .now
                return failing[name] ?? .now
            }
            if since.duration(to: .now) >= patience {
                refuse(number, of: folder, body, status)
                return .gone
            }
            count("postponed")
            return .failing
        default:
            count("postponed")
            return .postponed
        }
    }

    /// Gives a segment up: what was in it counts as lost from now on.
    private func refuse(_ number: Int, of folder: SpoolFolder, _ body: [UInt8], _ status: Int) {
        let name = folder.file(number, "segment")
        logger.error("the monitor refused a segment, which is kept aside", metadata: ["file": "\(name)", "status": "\(status)"])
        spool.noteLosses(of: body)
        folder.putAside(number)
        spool.released(body.count)
        failing.withLock { $0[name] = nil }
        count("refused")
    }

    private func count(_ outcome: String) {
        Counter(label: "mesh_spool_segments_total", dimensions: [("outcome", outcome)]).increment()
    }
}
