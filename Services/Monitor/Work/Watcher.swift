import Catalogue
import Contracts
import Dispatch
import Foundation
import Logging
import Metrics
import ServiceLifecycle

/// Looks at the traffic of every champion, again and again, and raises and resolves alarms.
struct Watcher: Service {
    /// Without news a capability is looked at this often: what committed out of order is found then.
    private static let idleInterval: TimeInterval = 5

    let catalogue: Catalogue
    let predictions: PredictionStore
    let watches: WatchStore
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var news = News()
            while !Task.isCancelled {
                await lookAtAll(&news)
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// The newest feedback by capability, as far as this instance has seen it come. What it has not is found by the idle look.
    private struct News {
        var seen: Int?
        var byCapability: [String: Int] = [:]
    }

    private func lookAtAll(_ news: inout News) async {
        do {
            let newest = try await predictions.newestFeedback()
            if let seen = news.seen, newest > seen {
                news.byCapability.merge(try await predictions.newestFeedback(after: seen)) { max($0, $1) }
            }
            news.seen = newest
            for capability in catalogue.capabilities.values.sorted(by: { $0.name < $1.name }) where !Task.isCancelled {
                guard let champion = capability.aliases["champion"] else { continue }
                await tryToLook(at: capability.manifest, champion: champion, feedback: news.byCapability[capability.name] ?? 0)
            }
        } catch {
            complain(error, of: "all")
        }
    }

    /// One capability that cannot be looked at is not in the way of the others.
    private func tryToLook(at manifest: CapabilityManifest, champion: ModelAlias, feedback: Int) async {
        do {
            try await look(at: manifest, champion: champion, feedback: feedback)
        } catch {
            complain(error, of: manifest.metadata.name)
        }
    }

    private func complain(_ error: any Error, of capability: String) {
        guard !Task.isCancelled else { return }
        logger.warning(
            "the traffic could not be looked at", metadata: ["capability": "\(capability)", "error": "\(String(reflecting: error))"])
    }

    /// One look at one capability.
    func look(at manifest: CapabilityManifest, champion: ModelAlias, feedback: Int) async throws {
        let plan = WatchPlan(manifest)
        var watch = try await watches.find(plan.capability)
        let before = watch.state
        if watch.state.follow(champion: champion.version, promotedAt: champion.movedAt) {
            watch.state.base = try await predictions.base(plan.capability, version: champion.version, promotedAt: champion.movedAt)
        }
        let rows = try await predictions.rows(plan.capability, version: champion.version) - (watch.state.base?.rows ?? 0)
        let isNews = watch.state != before || rows != watch.state.rows || feedback > watch.state.feedback
        guard isNews || watch.lookedAt.timeIntervalSinceNow < -Self.idleInterval else { return }
        let look = try await read(plan, watch, champion: champion.version, rows: rows)
        let result = await Self.result(of: look, seed: UInt64(truncatingIfNeeded: champion.version))
        let changes = watch.state.note(result.readings, plan: plan.keys) { UUID().uuidString.lowercased() }
        if look.reference != nil || rows < 2 * plan.window { watch.state.windows = rows / plan.window }
        watch.state.rows = rows
        watch.state.feedback = max(watch.state.feedback, feedback)
        watch.health = result.health
        if try await watches.save(watch, of: plan.capability, changes: changes, asking: asking(plan, look, watch.state)) {
            note(changes, plan.capability, watch.state)
        }
    }

    private static let judging = DispatchQueue(label: "watch", qos: .utility)

    /// Judges on a thread of its own: it may take seconds, and the pool has as few threads as there are cores.
    private static func result(of look: WatchLook, seed: UInt64) async -> WatchLook.Result {
        await withCheckedContinuation { continuation in
            judging.async { continuation.resume(returning: look.result(seed: seed)) }
        }
    }

    private func read(_ plan: WatchPlan, _ watch: WatchStore.Watch, champion: Int, rows: Int) async throws -> WatchLook {
        let windows = rows / plan.window
        let after = watch.state.base?.seq ?? 0
        var reference: [TrafficRow]?
        if windows > watch.state.windows, windows >= 1 {
            reference = try await watches.reference(plan.capability, version: champion, after: after)
            if reference == nil {
                let first = try await predictions.firstRecords(plan.capability, version: champion, after: after, rows: plan.window)
                try await watches.keepReference(first, of: plan.capability, version: champion, after: after)
                reference = first.flatMap { $0.trafficRows() }
            }
        }
        return WatchLook(
            plan: plan,
            newest: try await predictions.rows(
                .newest, of: plan.capability, version: champion, after: after, count: plan.window, teams: plan.teams),
            labeled: try await predictions.rows(
                .newestLabeled, of: plan.capability, version: champion, after: after, count: plan.window, teams: plan.teams),
            reference: windows >= 2 ? reference : nil, previous: watch.health)
    }

    /// Firing alarms ask labels for what has gone wrong since, as long as the champion that they fired under answers.
    private func asking(_ plan: WatchPlan, _ look: WatchLook, _ state: WatchState) -> [WatchStore.Asking] {
        guard let check = look.check, let answer = plan.answer else { return [] }
        return plan.alerts.compactMap { alert in
            guard alert.opensLabeling, let track = state.tracks[alert.key], let id = track.firing, track.firedUnder == state.promotedAt
            else { return nil }
            let rows = FailingRows.of(alert, look.labeled, check, inputs: plan.inputs)
            return rows.isEmpty ? nil : WatchStore.Asking(alarm: id, rows: rows, alert: alert, answer: answer)
        }
    }

    private func note(_ changes: [WatchState.Change], _ capability: String, _ state: WatchState) {
        for change in changes {
            switch change {
            case .fired(let reading, let id):
                logger.warning(
                    "alarm fires",
                    metadata: [
                        "alarm": "\(id)", "capability": "\(capability)", "slice": "\(reading.key.slice)", "metric": "\(reading.key.metric)",
                        "value": "\(reading.value)", "bound": "\(reading.bound)",
                    ])
            case .resolved(_, let id): logger.notice("alarm resolved", metadata: ["alarm": "\(id)", "capability": "\(capability)"])
            }
        }
        let firing = state.tracks.values.filter { $0.firing != nil }.count
        Gauge(label: "mesh_monitor_alarms_firing", dimensions: [("capability", capability)]).record(firing)
    }
}
