import Contracts
import Foundation
import MeshClient

extension Demo {
    /// The slice whose scanner drifts.
    static let driftingSlice = "scanner-b"
    /// Windows of traffic after which an alarm must have come, or gone.
    static let windows = 6

    /// Chapter 9: quiet traffic, then a scanner whose carriage is off; an alarm, labels, a new version, and quiet again.
    func drift(_ progress: inout Progress) async throws {
        var deck = DemoDeck(digits.wild, seed: 21)
        for _ in 0..<2 { _ = try await sendWindow(&deck, drifted: false, progress) }
        // That there is no alarm says something once the monitor has judged these windows.
        let quiet = try await wait(for: "the monitor to judge two windows") { () -> DemoSight<CapabilityHealth> in
            let health = try await health(progress)
            return health.windows >= 2 ? .there(health) : .notYet("\(health.windows) windows")
        }
        let early = quiet.alarms.filter { $0.state == .firing }
        try expect(early.isEmpty, "no alarm before the drift", found: early.map { "\($0.metric) on \($0.slice)" }.joined(separator: ", "))
        story.tell("\(quiet.windows) windows of quiet traffic, no alarm")

        let alarm = try await waitForAlarm(&deck, &progress)
        try await learnFrom(alarm, &progress)
        try await waitForQuiet(&deck, progress)
    }

    private var window: Int { manifest["monitoring"]?["drift"]?["window"]?.integerValue.map(Int.init) ?? 400 }

    /// One window of traffic with its feedback; gives the share of right answers on the slice.
    private func sendWindow(_ deck: inout DemoDeck, drifted: Bool, _ progress: Progress) async throws -> Double {
        let scans = deck.deal(window).map { drifted && $0.source == "b" ? $0.moved : $0 }
        let work = stride(from: 0, to: scans.count, by: Self.scansPerUser).map { start in
            (user: "reader-\(start)", scans: Array(scans[start..<min(start + Self.scansPerUser, scans.count)]))
        }
        let before = try await health(progress).predictions
        let traffic = traffic(progress)
        let served = try await traffic.send(work)
        try await wait(for: "the monitor to count \(scans.count) predictions") { () -> DemoSight<Void> in
            let now = try await health(progress).predictions
            // Counted by request or by row, as the monitor does: either way all of them.
            return now >= before + served.count ? .there(()) : .notYet("\(now - before)")
        }
        try await traffic.giveFeedback(on: served)
        let rows = served.flatMap { request in zip(request.scans, request.answers).filter { $0.0.source == "b" } }
        return Double(rows.count { $0.digit == $1 }) / Double(max(rows.count, 1))
    }

    private func health(_ progress: Progress) async throws -> CapabilityHealth {
        try await progress.cast.owner.get(Path("v1", "monitor", "capabilities", name))
    }

    /// Sends drifted windows until the monitor raises the slice's alarm and has asked for labels.
    private func waitForAlarm(_ deck: inout DemoDeck, _ progress: inout Progress) async throws -> Alarm {
        for round in 1...Self.windows {
            let accuracy = try await sendWindow(&deck, drifted: true, progress)
            story.tell("window \(round) with scanner b one pixel off: \(Self.text(accuracy)) of its scans are read rightly")
            if let alarm = try await slicesAlarm(progress) {
                progress.alarm = alarm.id
                story.tell(
                    "alarm on slice \(alarm.slice): \(alarm.metric) \(Self.text(alarm.value)), bound \(Self.text(alarm.bound)), "
                        + "\(alarm.rows) rows; \(alarm.labelingTasks) failing requests are in labeling")
                return alarm
            }
        }
        throw DemoFault(expectation: "an alarm on \(Self.driftingSlice) within \(Self.windows) windows", found: "none")
    }

    /// The metric alarm of the slice with its labeling tasks, when it comes within a few seconds.
    private func slicesAlarm(_ progress: Progress) async throws -> Alarm? {
        let end = ContinuousClock.now + .seconds(4)
        while ContinuousClock.now < end {
            let firing = try await health(progress).alarms.filter { $0.state == .firing }
            if let alarm = firing.first(where: { $0.slice == Self.driftingSlice && $0.kind == "metric" && $0.labelingTasks > 0 }) {
                return alarm
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// The failing requests are labeled, become rows of the data set with their request's id, and a version that learned them serves.
    private func learnFrom(_ alarm: Alarm, _ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        _ = try await answerTasks(progress.cast)
        let commit = try await commitLabels(&progress)
        try expect(commit.rows > 0, "rows from production in the new version", found: "none")
        let run = try await train(recipe: progress.recipe, progress)
        let report = try await report(of: run, owner)
        try expect(report.passed, "green tests of the version that learned the drift", found: report.red)
        progress.champion = report.version ?? 0
        try await set("champion", to: progress.champion, owner)
        _ = try await firstAnswer(from: progress.champion, progress)
        story.tell("version \(progress.champion) is champion")
    }

    /// The traffic stays as it is; the alarms must go.
    private func waitForQuiet(_ deck: inout DemoDeck, _ progress: Progress) async throws {
        var firing: [Alarm] = []
        for round in 1...Self.windows {
            let accuracy = try await sendWindow(&deck, drifted: true, progress)
            story.tell("window \(round) of the same traffic: \(Self.text(accuracy)) of scanner b's scans are read rightly")
            let end = ContinuousClock.now + .seconds(3)
            repeat {
                firing = try await health(progress).alarms.filter { $0.state == .firing }
                if firing.isEmpty {
                    story.tell("the alarm is resolved")
                    return
                }
                try await Task.sleep(for: .milliseconds(100))
            } while ContinuousClock.now < end
        }
        throw DemoFault(
            expectation: "the alarms to resolve within \(Self.windows) windows",
            found: firing.map { "\($0.metric) on \($0.slice)" }.joined(separator: ", "))
    }
}
