import Contracts
import Foundation
import Testing

@testable import MonitorService

@Suite("Course of an alarm")
struct WatchStateTests {
    private let drift = AlarmKey(slice: "*", kind: .drift, metric: "psi")
    private let metric = AlarmKey(slice: "*", kind: .metric, metric: "accuracy")

    /// F for fired, R for resolved, a dot for neither.
    private func course(_ key: AlarmKey, _ outcomes: [Reading.Outcome], state: inout WatchState) -> String {
        outcomes.map { outcome in
            let reading = Reading(key: key, outcome: outcome, value: 0.5, bound: 0.2, rows: 100)
            switch state.note([reading], plan: [key], newID: { "id" }).first {
            case .fired?: return "F"
            case .resolved?: return "R"
            case nil: return "."
            }
        }.joined()
    }

    @Test("drift fires once, after two windows in a row, and resolves after two clean ones")
    func driftCourse() {
        var state = WatchState()
        state.follow(champion: 1)
        #expect(course(drift, [.bad, .clean, .bad, .unclear, .bad, .bad, .bad, .bad], state: &state) == ".....F..")
        #expect(course(drift, [.clean, .bad, .clean, .unclear, .clean, .clean], state: &state) == "....R.")
        #expect(course(drift, [.bad, .bad], state: &state) == ".F")
    }

    @Test("a metric fires at one look and resolves at one that clears the bound, not at an unclear one")
    func metricCourse() {
        var state = WatchState()
        #expect(course(metric, [.unclear, .clean, .bad, .bad, .unclear, .clean, .clean], state: &state) == "..F..R.")
    }

    @Test("a new champion starts anew: half a row of windows is forgotten, one clean window resolves")
    func newChampion() {
        var state = WatchState()
        state.follow(champion: 1)
        #expect(course(drift, [.bad], state: &state) == ".")
        state.follow(champion: 2, promotedAt: Date(timeIntervalSince1970: 2))
        #expect(state.windows == 0)
        #expect(course(drift, [.bad, .bad], state: &state) == ".F")
        state.follow(champion: 3, promotedAt: Date(timeIntervalSince1970: 3))
        #expect(course(drift, [.unclear, .clean], state: &state) == ".R")
    }

    @Test("a champion that comes back starts anew as well")
    func comeback() {
        var state = WatchState()
        let first = state.follow(champion: 1, promotedAt: Date(timeIntervalSince1970: 1))
        state.windows = 5
        let same = state.follow(champion: 1, promotedAt: Date(timeIntervalSince1970: 1))
        #expect(first && !same)
        #expect(state.windows == 5)
        let second = state.follow(champion: 1, promotedAt: Date(timeIntervalSince1970: 2))
        #expect(second)
        #expect(state.windows == 0)
    }

    @Test("an alarm that nothing watches any more is resolved")
    func forgotten() {
        var state = WatchState()
        #expect(course(metric, [.bad], state: &state) == "F")
        #expect(state.note([], plan: [], newID: { "id" }) == [.resolved(nil, id: "id")])
        #expect(state.tracks.isEmpty)
    }

    @Test("the state survives being kept")
    func kept() throws {
        var state = WatchState()
        state.follow(champion: 4)
        _ = course(drift, [.bad, .bad], state: &state)
        #expect(try WireJSON.decode(WatchState.self, from: WireJSON.encode(state)) == state)
    }
}
