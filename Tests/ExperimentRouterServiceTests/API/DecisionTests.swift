import Contracts
import EventLog
import Foundation
import HTTPService
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ExperimentRouterService

@Suite("Decisions", .serialized)
struct DecisionTests {
    static let token = RouterFixture.engineer

    static func decide(_ probe: HTTPProbe, _ experiment: Experiment, _ action: String) async throws -> ProbeAnswer {
        try await probe.send(
            "POST", "/v1/router/experiments/\(experiment.id)/decisions", token: token,
            json: #"{"action":"\#(action)","reason":"looks good"}"#)
    }

    static func find(_ probe: HTTPProbe, _ experiment: Experiment) async throws -> Experiment {
        try await probe.send("GET", "/v1/router/experiments/\(experiment.id)", token: token).decode(Experiment.self)
    }

    @Test("a promotion asks the registry with the identity of who decided, and ends the experiment")
    func promotes() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let answer = try await Self.decide(probe, begun, "promote")

                let ended = try answer.decode(Experiment.self)
                #expect(ended.state == .promoted)
                #expect(ended.endedAt != nil)
                let move = try #require(fixture.stub.seen.value.moves.first)
                #expect(fixture.stub.seen.value.moves.count == 1)
                #expect(move.change.version == 2)
                #expect(move.change.expected == 1)
                #expect(move.change.reason?.contains("promoted by key:1: looks good") == true)
                #expect(move.authorization == "Bearer \(Self.token)")
                let last = try #require(try await fixture.events(EventType.experimentChanged).last)
                #expect(try WireJSON.read(Experiment.self, from: last) == ended)
            }
        }
    }

    @Test("asked again, a decision changes nothing; another one is refused")
    func again() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let first = try await Self.decide(probe, begun, "promote")
                let again = try await Self.decide(probe, begun, "promote")
                let other = try await Self.decide(probe, begun, "rollback")
                let stage = try await probe.send(
                    "POST", "/v1/router/experiments/\(begun.id)/stages", token: Self.token, json: #"{"stage":"0.5"}"#)

                #expect(first.body == again.body)
                #expect(fixture.stub.seen.value.moves.count == 1)
                #expect(other.json["code"] == "router.experiment_ended")
                #expect(stage.json["code"] == "router.experiment_ended")
            }
        }
    }

    @Test("of two who decide the same the first stands, name and reason")
    func first() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let database = Database(url: fixture.url, schema: ServiceName.experimentRouter.schema, logger: quiet)
                defer { database.close() }
                let store = DecisionStore(experiments: ExperimentStore(database: database, log: EventLog()))
                _ = try await store.intend(begun.id, reason: "better", by: "key:1")
                let second = try await store.intend(begun.id, reason: nil, by: "key:2")

                #expect(second.decidedBy == "key:1")
                #expect(second.reason == "better")
            }
        }
    }

    @Test("a closed gate is told to who decided, and the experiment goes on")
    func gateClosed() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                fixture.stub.seen.change { $0.refusals = [(409, Problem(.gateClosed, "Test “good enough” failed"))] }
                let refused = try await Self.decide(probe, begun, "promote")
                let after = try await Self.find(probe, begun)
                let rolledBack = try await Self.decide(probe, begun, "rollback")

                #expect(refused.status == 409)
                #expect(refused.json["code"] == "registry.gate_closed")
                #expect(refused.text.contains("good enough"))
                #expect(after.state == .running)
                #expect(try rolledBack.decode(Experiment.self).state == .rolledBack)
                #expect(fixture.stub.seen.value.moves.count == 1)
            }
        }
    }

    @Test("a registry that fails once does not lose the promotion: it is finished in the background")
    func failsOnce() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                fixture.stub.seen.change { $0.refusals = [(500, Problem(.internalError))] }
                let answer = try await Self.decide(probe, begun, "promote")
                let rollback = try await Self.decide(probe, begun, "rollback")
                try await eventually {
                    let state = try await Self.find(probe, begun).state
                    return state == .promoted ? nil : "\(state)"
                }

                #expect(answer.status == 503)
                #expect(rollback.status == 409)
                let moves = fixture.stub.seen.value.moves
                #expect(moves.allSatisfy { $0.change.version == 2 && $0.change.expected == 1 })
                // The second time with the service's own token, and the name of who decided in the reason.
                #expect(moves.last?.authorization != "Bearer \(Self.token)")
                #expect(moves.last?.change.reason?.contains("key:1") == true)
                #expect(try await fixture.events(EventType.experimentChanged).count == 2)
            }
        }
    }

    @Test("a promotion that was written down when the process ended is finished by the next one")
    func crash() async throws {
        try await withRouter { fixture in
            let begun = try await fixture.running { probe in try await fixture.begin(probe) }
            try await fixture.database.execute(
                """
                INSERT INTO experiment_router.decisions (experiment, action, decided_by, decided_at)
                     VALUES (\(begun.id), 'promote', 'person:7', \(Date.now))
                """)
            try await fixture.running { probe in
                try await eventually {
                    let state = try await Self.find(probe, begun).state
                    return state == .promoted ? nil : "\(state)"
                }
            }

            #expect(fixture.stub.seen.value.moves.last?.change.reason?.contains("person:7") == true)
        }
    }

    @Test("a roll-back asks nobody, and another experiment may begin")
    func rollsBack() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                let ended = try await Self.decide(probe, begun, "rollback").decode(Experiment.self)
                let next = try await fixture.begin(probe, challenger: 3)

                #expect(ended.state == .rolledBack)
                #expect(fixture.stub.seen.value.moves.isEmpty)
                #expect(next.variants[1].version == 3)
            }
        }
    }

    @Test("what is no decision is refused by name")
    func hostile() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                for json in ["{}", #"{"action":"ship"}"#, #"{"action":1}"#] {
                    let answer = try await probe.send(
                        "POST", "/v1/router/experiments/\(begun.id)/decisions", token: Self.token, json: json)

                    #expect(answer.status == 400)
                    #expect(answer.json["errors"]?.arrayValue?.first?["field"] == "action")
                }
            }
        }
    }
}
