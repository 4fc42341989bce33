import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Several instances", .serialized)
struct ConvergenceTests {
    @Test("what one is asked for, all three come to; index and statistics speak for all")
    func convergence() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 3) { probes in
                #expect(try await probes[0].unload("digits").status == 200)
                for probe in probes {
                    try await eventually { try await probe.answer("digits") == .status(503) ? nil : "it still answers" }
                }
                #expect(try await probes[2].load("digits").status == 200)
                for probe in probes {
                    try await eventually { try await probe.answer("digits") == .version(1) ? nil : "it does not answer yet" }
                }
                try await eventually {
                    let index = try await probes[1].index()
                    return index["digits/1"] == "READY " ? nil : "\(index)"
                }

                // On demand by one instance only.
                #expect(try await probes[1].answer("digits", version: "2") == .version(2))
                try await eventually {
                    let index = try await probes[0].index()
                    return index["digits/2"] == "READY in memory of 1 of 3 instances" ? nil : "\(index)"
                }
            }
        }
    }

    @Test("statistics are summed over the instances, and those of one that has gone are no longer counted")
    func statistics() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { first in
                try await fixture.running(instances: 2) { others in
                    for probe in first + others {
                        for _ in 0..<2 { #expect(try await probe.answer("digits") == .version(1)) }
                    }
                    try await eventually { try await Self.rows(first[0]) == 6 ? nil : "\(try await Self.rows(first[0]))" }
                }
                try await eventually { try await Self.rows(first[0]) == 2 ? nil : "\(try await Self.rows(first[0]))" }
            }
        }
    }

    static func rows(_ probe: HTTPProbe) async throws -> Int64 {
        let answer = try await probe.send("GET", "/v2/models/digits/versions/1/stats", token: InferenceFixture.engineer)
        return answer.json["model_stats"]?.arrayValue?.first?["inference_count"]?.integerValue ?? -1
    }

    @Test("an instance that starts after a model was unloaded does not load it")
    func lateComer() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                #expect(try await probes[0].unload("digits").status == 200)
                try await fixture.running(instances: 1) { late in
                    #expect(try await late[0].answer("digits") == .status(503))
                    let state2 = try await late[0].index()["digits/1"]
                    #expect(state2 == "UNAVAILABLE unloaded")
                }
            }
        }
    }

    @Test("under traffic no request fails while the champion moves, versions come, are refused and reloaded, and others are unloaded")
    func traffic() async throws {
        try await withInference { fixture in
            try await fixture.apply("other")
            try await fixture.register(1, of: "other")
            try await fixture.point("champion", of: "other", to: 1)
            // Memory for two models or so, so that champions drive each other out as well.
            try await fixture.running(instances: 2, ["MODEL_BYTES": "1048576"]) { probes in
                let isOver = Recorder(false)
                let answers = try await withThrowingTaskGroup(of: [ModelAnswer].self) { group in
                    for client in 0..<4 {
                        group.addTask {
                            var answers: [ModelAnswer] = []
                            while !isOver.value { answers.append(try await probes[client % 2].answer("digits")) }
                            return answers
                        }
                    }
                    try await Self.unrest(fixture, probes)
                    isOver.change { $0 = true }
                    return try await group.reduce(into: [ModelAnswer]()) { $0 += $1 }
                }
                #expect(answers.count > 50)
                let versions: Set<ModelAnswer> = [.version(1), .version(2), .version(4)]
                #expect(answers.filter { !versions.contains($0) } == [])
                #expect(Set(answers).count > 1)
            }
        }
    }

    private static func unrest(_ fixture: InferenceFixture, _ probes: [HTTPProbe]) async throws {
        try await fixture.register(3, of: "digits", isGood: false)
        try await fixture.register(4, of: "digits")
        for version in [2, 3, 4, 1, 3, 2] {
            try await fixture.point("champion", of: "digits", to: version)
            if version != 3 {
                for probe in probes {
                    try await eventually { try await probe.answer("digits") == .version(version) ? nil : "not \(version) yet" }
                }
            }
            _ = try await probes[0].unload("other")
            _ = try await probes[1].load("digits")
            _ = try await probes[1].load("other")
        }
    }
}
