import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("The model repository", .serialized)
struct RepositoryRoutesTests {
    @Test("the index tells the state of every version; the body may be absent, {} or ask for what is ready")
    func index() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                for body in [nil, "{}", #"{"ready":false}"#] as [String?] {
                    #expect(try await probes[0].index(body) == ["digits/1": "READY ", "digits/2": "UNAVAILABLE loaded when it is called"])
                }
                #expect(try await probes[0].index(#"{"ready":true}"#) == ["digits/1": "READY "])
                let wrong = try await probes[0].send(
                    "POST", "/v2/repository/index", token: InferenceFixture.engineer, json: #"{"ready":"yes"}"#)
                #expect(wrong.status == 400)
                #expect(wrong.json["error"]?.stringValue?.contains("ready") == true)
            }
        }
    }

    @Test("an unloaded model answers 503 and is not ready until it is loaded; what is unknown is 404")
    func unloadAndLoad() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                let probe = probes[0]
                #expect(try await probe.unload("digits").status == 200)
                #expect(try await probe.answer("digits") == .status(503))
                #expect(try await probe.answer("digits", version: "2") == .status(503))
                #expect(
                    try await probe.send("GET", "/v2/models/digits/ready", token: InferenceFixture.engineer).status == 503)
                let state3 = try await probe.index()["digits/1"]
                #expect(state3 == "UNAVAILABLE unloaded")

                let loaded = try await probe.load("digits", "{}")
                #expect(loaded.status == 200)
                #expect(loaded.json.arrayValue?.first?["state"] == "READY")
                #expect(try await probe.answer("digits") == .version(1))
                #expect(try await probe.load("nothing").status == 404)
                #expect(try await probe.unload("nothing").status == 404)
            }
        }
    }

    @Test("a load's policy brings in versions that no alias stands for, before anybody calls them")
    func policy() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                let config = #"{"parameters":{"config":"{\"version_policy\":{\"specific\":{\"versions\":[2]}}}"}}"#
                let loaded = try await probes[0].load("digits", config)
                #expect(loaded.status == 200)
                #expect(try await probes[0].index() == ["digits/1": "READY ", "digits/2": "READY "])
                let missing = try await probes[0].load("digits", #"{"parameters":{"version_policy":{"specific":{"versions":[7]}}}}"#)
                #expect(missing.status == 404)
                #expect(missing.json["error"]?.stringValue?.contains("7") == true)
                #expect(try await probes[0].load("digits", #"{"parameters":{"other":1}}"#).status == 400)
            }
        }
    }

    @Test("a version that is no model is refused in the engine's words, and the old champion serves on")
    func refused() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                try await fixture.register(3, of: "digits", isGood: false)
                try await fixture.point("champion", of: "digits", to: 3)
                try await eventually {
                    let state = try await probes[0].index()["digits/3"] ?? "absent"
                    return state.lowercased().contains("protobuf") ? nil : state
                }
                #expect(try await probes[0].answer("digits") == .version(1))
                #expect(try await probes[0].answer("digits", version: "champion") == .version(1))
                #expect(try await probes[0].answer("digits", version: "3") == .status(503))
                let load = try await probes[0].load("digits")
                #expect(load.status == 422)
                #expect(load.json["error"]?.stringValue?.contains("Version 3 of digits cannot be loaded") == true)
                try await fixture.point("champion", of: "digits", to: 2)
                try await eventually { try await probes[0].answer("digits") == .version(2) ? nil : "still the old one" }
            }
        }
    }

    @Test("only its own team, with the scope to operate, loads and unloads a model")
    func access() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                let stranger = TestAuthority().key("3", roles: [.operator], team: "mobile")
                let other = try await probes[0].send("POST", "/v2/repository/models/digits/unload", token: stranger)
                #expect(other.status == 403)
                let engineer = try await probes[0].send(
                    "POST", "/v2/repository/models/digits/unload", token: TestAuthority().key("4", roles: [.viewer]))
                #expect(engineer.status == 403)
                #expect(try await probes[0].answer("digits") == .version(1))
            }
        }
    }

    @Test("a provider that this build lacks is refused by name, at load and in the index")
    func provider() async throws {
        try await withInference { fixture in
            var record = try SampleModel.record()
            record.manifest.serving = CapabilityManifest.Serving(provider: "cuda")
            try await fixture.announce(EventType.capabilityApplied, record)
            try await fixture.running(instances: 1) { probes in
                let load = try await probes[0].load("digits")
                #expect(load.status == 422)
                #expect(load.json["error"]?.stringValue?.contains("cuda") == true)
                let state4 = try await probes[0].index()["digits/1"]
                #expect(state4?.contains("cuda") == true)
            }
        }
    }

    @Test("a model unlike its interface is refused with the tensor's name, and the old revision serves on")
    func unfit() async throws {
        try await withInference { fixture in
            try await fixture.running(instances: 1) { probes in
                var record = try SampleModel.record()
                record.manifest.interface.inputs[0].shape = [-1, 5]
                try await fixture.announce(EventType.capabilityApplied, record)
                try await eventually {
                    let state = try await probes[0].index()["digits/1"] ?? "absent"
                    return state.contains("input pixels has the shape [-1, 4] in the model and [-1, 5]") ? nil : state
                }
                #expect(try await probes[0].answer("digits") == .version(1))
            }
        }
    }
}
