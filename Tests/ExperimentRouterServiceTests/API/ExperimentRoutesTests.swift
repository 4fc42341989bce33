import Contracts
import Foundation
import HTTPService
import ServiceTestSupport
import TestSupport
import Testing

@testable import ExperimentRouterService

@Suite("Routes of experiments", .serialized)
struct ExperimentRoutesTests {
    static let token = RouterFixture.engineer
    static let path = "/v1/router/experiments"

    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await withRouter { fixture in
            let faults = try await RoleMatrix.faults(of: try fixture.service())

            #expect(faults == [])
        }
    }

    @Test("an experiment begins at the rollout's first stage, is told of, and is found")
    func begins() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let found = try await probe.send("GET", "\(Self.path)/\(begun.id)", token: Self.token)

                #expect(begun.state == .running)
                #expect(begun.stage == "shadow")
                #expect(begun.variants.map(\.version) == [1, 2])
                #expect(begun.unit == "user_id")
                #expect(try found.decode(Experiment.self) == begun)
                let events = try await fixture.events(EventType.experimentChanged)
                #expect(try events.map { try WireJSON.read(Experiment.self, from: $0) } == [begun])
            }
        }
    }

    @Test("one experiment of a capability runs at a time, also when eight are asked for at once")
    func oneRuns() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let answers = try await withThrowingTaskGroup(of: ProbeAnswer.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            try await probe.send(
                                "POST", Self.path, token: Self.token, json: #"{"capability":"digits","name":"n\#(number)","challenger":2}"#)
                        }
                    }
                    return try await group.reduce(into: [ProbeAnswer]()) { $0.append($1) }
                }

                #expect(answers.filter { $0.status == 201 }.count == 1)
                #expect(answers.filter { $0.status == 409 }.allSatisfy { $0.json["code"] == "router.experiment_running" })
                #expect(answers.filter { $0.status == 409 }.count == 7)
            }
        }
    }

    @Test("a repetition with the same Idempotency-Key gets the same experiment")
    func idempotent() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let json = #"{"capability":"digits","name":"n","challenger":2}"#
                let first = try await probe.send("POST", Self.path, token: Self.token, headers: ["Idempotency-Key": "k"], json: json)
                let again = try await probe.send("POST", Self.path, token: Self.token, headers: ["Idempotency-Key": "k"], json: json)

                #expect(first.status == 201)
                #expect(first.body == again.body)
            }
        }
    }

    /// Bodies, and what they are answered with.
    static let hostile: [(json: String, status: Int, field: String?)] = [
        ("{", 400, nil), (#"{"name":"n","challenger":2}"#, 400, "capability"),
        (#"{"capability":"../x","name":"n","challenger":2}"#, 400, "capability"),
        (#"{"capability":"digits","name":"","challenger":2}"#, 400, "name"),
        (#"{"capability":"digits","name":"n","challenger":"2"}"#, 400, "challenger"),
        (#"{"capability":"digits","name":"n","challenger":0}"#, 400, "challenger"),
        (#"{"capability":"digits","name":"n","challenger":2,"kpi":""}"#, 400, "kpi"),
        (#"{"capability":"digits","name":"n","challenger":2,"extra":1}"#, 400, "extra"),
        (#"{"capability":"digits","name":"n","challenger":1}"#, 422, "challenger"),
        (#"{"capability":"nothing","name":"n","challenger":2}"#, 404, nil),
        (#"{"capability":"digits","name":"n","challenger":99}"#, 404, nil),
        (#"{"capability":"digits","name":"n","challenger":9223372036854775807}"#, 404, nil),
    ]

    @Test("bad input is refused by name")
    func hostile() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                for (json, status, field) in Self.hostile {
                    let answer = try await probe.send("POST", Self.path, token: Self.token, json: json)

                    #expect(answer.status == status, "\(json): \(answer.text)")
                    #expect(answer.json["errors"]?.arrayValue?.first?["field"]?.stringValue == field, "\(json): \(answer.text)")
                }
            }
        }
    }

    @Test("only the owner changes an experiment; others of the mesh may read it")
    func owners() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let json = #"{"capability":"digits","name":"n","challenger":2}"#
                let foreign = try await probe.send("POST", Self.path, token: RouterFixture.stranger, json: json)
                let begun = try await fixture.begin(probe)
                let at = "\(Self.path)/\(begun.id)"
                let moved = try await probe.send("POST", at + "/stages", token: RouterFixture.stranger, json: #"{"stage":"0.5"}"#)
                let decided = try await probe.send("POST", at + "/decisions", token: RouterFixture.stranger, json: #"{"action":"promote"}"#)
                let read = try await probe.send("GET", at, token: RouterFixture.stranger)

                let statuses = [foreign.status, moved.status, decided.status, read.status]
                #expect(statuses == [403, 403, 403, 200])
                #expect(fixture.stub.seen.value.moves.isEmpty)
            }
        }
    }

    @Test("stages go forward and back, each change of weights is a phase and an event")
    func stages() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let phases = [
                    try await fixture.move(probe, begun, to: "0.25"), try await fixture.move(probe, begun, to: "0.25"),
                    try await fixture.move(probe, begun, to: "0.5"), try await fixture.move(probe, begun, to: "shadow"),
                ].map(\.phase)
                let refused = try await probe.send("POST", "\(Self.path)/\(begun.id)/stages", token: Self.token, json: #"{"stage":"0.3"}"#)

                #expect(phases == [2, 2, 3, 4])
                #expect(refused.status == 422)
                #expect(refused.json["errors"]?.arrayValue?.first?["field"] == "stage")
                #expect(try await fixture.events(EventType.experimentChanged).count == 4)
            }
        }
    }

    @Test("another instance follows within a second")
    func instances() async throws {
        try await withRouter { fixture in
            try await fixture.running { first in
                try await fixture.running { second in
                    let begun = try await fixture.begin(first)
                    try await fixture.move(first, begun, to: "0.5")
                    let start = ContinuousClock.now
                    try await fixture.follows(second, stage: "0.5")

                    #expect(start.duration(to: .now) < .seconds(1))
                }
            }
        }
    }

    @Test("pages of experiments, newest first, of one capability or of all")
    func pages() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                var ids: [String] = []
                for number in 0..<5 {
                    let begun = try await fixture.begin(probe, name: "n\(number)")
                    ids.append(begun.id)
                    let ended = try await probe.send(
                        "POST", "\(Self.path)/\(begun.id)/decisions", token: Self.token, json: #"{"action":"rollback"}"#)
                    #expect(ended.status == 200)
                }
                var found: [String] = []
                var query = "?limit=2&capability=digits"
                while true {
                    let page = try await probe.send("GET", Self.path + query, token: Self.token).decode(Page<Experiment>.self)
                    found += page.items.map(\.id)
                    guard let next = page.nextPage else { break }
                    query = "?limit=2&capability=digits&page=\(next)"
                }
                let other = try await probe.send("GET", Self.path + "?capability=others", token: Self.token).decode(Page<Experiment>.self)

                #expect(Set(found) == Set(ids))
                #expect(found.count == 5)
                #expect(found.first == ids.last)
                #expect(other.items.isEmpty)
                #expect(try await probe.send("GET", Self.path + "?page=xxx", token: Self.token).status == 400)
            }
        }
    }

    @Test("what is not there is 404")
    func unknown() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                for suffix in ["", "/readout"] {
                    let answer = try await probe.send("GET", "\(Self.path)/nothing%27%3B--\(suffix)", token: Self.token)

                    #expect(answer.status == 404)
                    #expect(answer.json["code"] == "router.experiment_unknown")
                }
            }
        }
    }

    @Test("the read-out asks the monitor for the present phase, and works before it has anything")
    func readout() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let early = try await probe.send("GET", "\(Self.path)/\(begun.id)/readout", token: Self.token).decode(Readout.self)
                let moved = try await fixture.move(probe, begun, to: "0.5")
                let arms = [
                    ExperimentReadoutTests.arm("control", mean: 0.7), ExperimentReadoutTests.arm("challenger", mean: 0.9),
                ]
                fixture.stub.seen.change {
                    $0.outcomes = ExperimentOutcomes(experiment: begun.id, phase: moved.phase, kpi: "correct", arms: arms, lostExposures: 0)
                }
                let late = try await probe.send("GET", "\(Self.path)/\(begun.id)/readout", token: Self.token).decode(Readout.self)

                let stranger = TestAuthority().key("9", roles: [.engineer], team: "others")
                let refused = try await probe.send("GET", "\(Self.path)/\(begun.id)/readout", token: stranger)
                let administrator = TestAuthority().person(roles: [.administrator], team: "platform")
                let shown = try await probe.send("GET", "\(Self.path)/\(begun.id)/readout", token: administrator)

                let statuses = [refused.status, shown.status]
                #expect(statuses == [403, 200])
                #expect(early.verdict == .undecided)
                #expect(late.verdict == .better)
                #expect(late.phase == 2)
                #expect(fixture.stub.seen.value.outcomeQueries == ["phase=1&kpi=correct", "phase=2&kpi=correct", "phase=2&kpi=correct"])
            }
        }
    }
}
