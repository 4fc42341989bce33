import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ExperimentRouterService

@Suite("OFREP", .serialized)
struct FlagRoutesTests {
    static let token = RouterFixture.engineer
    static let path = "/ofrep/v1/evaluate/flags"

    static func one(_ probe: HTTPProbe, _ key: String, _ json: String, token: String = token) async throws -> ProbeAnswer {
        try await probe.send("POST", "\(path)/\(key)", token: token, json: json)
    }

    static func all(_ probe: HTTPProbe, _ json: String, tag: String? = nil, token: String = token) async throws -> ProbeAnswer {
        try await probe.send("POST", path, token: token, headers: tag.map { ["If-None-Match": $0] } ?? [:], json: json)
    }

    @Test("a targeting key gets the arm that its requests get, with variant, reason and a text as value")
    func split() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let moved = try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                for user in 0..<20 {
                    let answer = try await Self.one(probe, "digits", #"{"context":{"targetingKey":"u\#(user)","age":[1,{"x":null}]}}"#)
                    _ = try await DataPathTests.infer(probe, unit: "u\(user)")
                    let arm = try #require(RouteChoice.arm(of: "u\(user)", in: moved))

                    #expect(answer.status == 200)
                    #expect(answer.json["key"] == "digits")
                    #expect(answer.json["reason"] == "SPLIT")
                    #expect(answer.json["variant"]?.stringValue == arm.name)
                    #expect(answer.json["value"]?.stringValue == arm.name)
                    #expect(answer.text.contains("\"version\":\(arm.version)}"))
                    #expect(fixture.stub.seen.value.inferences.last?.version == arm.version)
                }
            }
        }
    }

    @Test("without an experiment, and in the shadow stage, the answer is static and needs no key")
    func fixed() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let bare = try await Self.one(probe, "digits", "{}")
                _ = try await fixture.begin(probe)
                try await fixture.follows(probe, stage: "shadow")
                let shadow = try await Self.one(probe, "digits", #"{"context":null}"#)

                #expect(bare.json["reason"] == "STATIC")
                #expect(bare.json["variant"] == "champion")
                #expect(bare.json["metadata"]?["version"] == 1)
                #expect(shadow.json["reason"] == "STATIC")
                #expect(shadow.json["variant"] == "control")
            }
        }
    }

    /// Flags, bodies, and what they are answered with while an experiment has shares.
    static let refusals: [(key: String, json: String, status: Int, code: String)] = [
        ("digits", "", 400, "PARSE_ERROR"), ("digits", "{", 400, "PARSE_ERROR"), ("digits", "[]", 400, "PARSE_ERROR"),
        ("digits", #"{"context":[]}"#, 400, "INVALID_CONTEXT"), ("digits", #"{"context":{"targetingKey":7}}"#, 400, "INVALID_CONTEXT"),
        ("digits", #"{"context":{"targetingKey":""}}"#, 400, "INVALID_CONTEXT"), ("digits", "{}", 400, "TARGETING_KEY_MISSING"),
        ("digits", #"{"context":{"targetingKey":null}}"#, 400, "TARGETING_KEY_MISSING"), ("nothing", "{}", 404, "FLAG_NOT_FOUND"),
        ("no%20such", "{}", 404, "FLAG_NOT_FOUND"),
    ]

    @Test("every refusal has key, errorCode and errorDetails")
    func refusals() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                for (key, json, status, code) in Self.refusals {
                    let answer = try await Self.one(probe, key, json)

                    #expect(answer.status == status, "\(json)")
                    #expect(answer.json["errorCode"]?.stringValue == code, "\(json)")
                    #expect(answer.json["errorDetails"]?.stringValue?.isEmpty == false)
                    #expect(answer.json["key"]?.stringValue == key.removingPercentEncoding)
                    #expect(answer[header: "content-type"] == "application/json")
                }
            }
        }
    }

    @Test("the tag covers the context and who asks as well as the experiment")
    func tags() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let experiment = try await fixture.move(probe, try await fixture.begin(probe), to: "0.25")
                try await fixture.follows(probe, stage: "0.25")
                let json = #"{"context":{"targetingKey":"ann","plan":"free"}}"#
                let first = try await Self.all(probe, json)
                let tag = try #require(first[header: "etag"])
                let same = try await Self.all(probe, #"{ "context": {"plan":"free", "targetingKey":"ann"} }"#, tag: "\"x\", \(tag)")
                // The targeting key is the same, the context is not: a tag of the configuration alone would say 304.
                let context = try await Self.all(probe, #"{"context":{"targetingKey":"ann","plan":"paid"}}"#, tag: tag)
                let team = try await Self.all(probe, json, tag: tag, token: TestAuthority().key("3", roles: [.engineer], team: "mobile"))
                try await fixture.move(probe, experiment, to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                let stage = try await Self.all(probe, json, tag: tag)

                #expect(first.status == 200)
                #expect(first.json["flags"]?.arrayValue?.first?["key"] == "digits")
                #expect(same.status == 304)
                #expect(same.body.isEmpty)
                #expect(same[header: "etag"] == tag)
                let statuses = [context.status, team.status, stage.status]
                #expect(statuses == [200, 200, 200])
            }
        }
    }

    @Test("all flags of the team come, a flag that lacks the key as a failure beside the others")
    func bulk() async throws {
        try await withRouter { fixture in
            try await fixture.announce(EventType.capabilityApplied, try SampleCapability.record("other"))
            try await fixture.announce(EventType.versionRegistered, SampleCapability.version(1, of: "other"))
            try await fixture.announce(EventType.aliasMoved, SampleCapability.champion(1, of: "other"))
            try await fixture.announce(EventType.capabilityApplied, try SampleCapability.record("unborn"))
            try await fixture.running { probe in
                try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                try await eventually {
                    let flags = try await Self.all(probe, "{}").json["flags"]?.arrayValue ?? []
                    return flags.count == 2 ? nil : "\(flags)"
                }
                let flags = try await Self.all(probe, "{}").json["flags"]?.arrayValue ?? []
                let foreign = try await Self.all(probe, "{}", token: RouterFixture.stranger).json["flags"]
                let broken = try await Self.all(probe, #"{"context":1}"#)
                let denied = try await Self.one(probe, "digits", "{}", token: RouterFixture.stranger)

                #expect(flags.map { $0["key"]?.stringValue } == ["digits", "other"])
                #expect(flags[0]["errorCode"] == "TARGETING_KEY_MISSING")
                #expect(flags[0]["errorDetails"]?.stringValue?.isEmpty == false)
                #expect(flags[1]["variant"] == "champion")
                #expect(foreign?.arrayValue?.isEmpty == true)
                #expect(broken.status == 400)
                #expect(broken.json["errorCode"] == "INVALID_CONTEXT")
                #expect(broken.json["errorDetails"]?.stringValue?.isEmpty == false)
                #expect(denied.status == 403)
            }
        }
    }
}
