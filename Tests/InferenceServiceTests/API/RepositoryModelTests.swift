import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

/// What each model must answer, after any order of operations.
private struct Reference {
    struct Model {
        /// Whether the file of a version is a model, by number.
        var versions: [Int: Bool] = [:]
        var champion = 1
        /// The version that answers as champion.
        var served = 1
        var isUnloaded = false

        func answer(_ version: Int) -> ModelAnswer {
            isUnloaded || versions[version] != true ? .status(503) : .version(version)
        }
    }

    var models: [String: Model] = [:]
}

@Suite("The repository in any order", .serialized)
struct RepositoryModelTests {
    @Test("load, unload, infer, alias moves and registrations in random order agree with a reference", arguments: [11, 12, 13] as [UInt64])
    func randomOrder(seed: UInt64) async throws {
        try await withInference { fixture in
            var reference = Reference()
            for name in ["alpha", "beta"] {
                try await fixture.apply(name)
                try await fixture.register(1, of: name)
                try await fixture.point("champion", of: name, to: 1)
                reference.models[name] = Reference.Model(versions: [1: true])
            }
            let start = reference
            try await fixture.running(instances: 1) { probes in
                var random = SeededGenerator(seed: seed)
                var reference = start
                for step in 0..<40 {
                    let name = ["alpha", "beta"].randomElement(using: &random) ?? ""
                    var model = try #require(reference.models[name])
                    let operation = Int.random(in: 0..<6, using: &random)
                    try await Self.operate(operation, name, &model, fixture, probes[0], &random)
                    reference.models[name] = model
                    try await Self.check(reference, probes[0], "seed \(seed), step \(step), operation \(operation) on \(name)")
                }
            }
        }
    }

    private static func operate(
        _ operation: Int, _ name: String, _ model: inout Reference.Model, _ fixture: InferenceFixture, _ probe: HTTPProbe,
        _ random: inout SeededGenerator
    ) async throws {
        switch operation {
        case 0: try await load(name, &model, probe)
        case 1:
            #expect(try await probe.unload(name).status == 200)
            model.isUnloaded = true
            model.served = model.champion
        case 2, 3:
            let version = model.versions.keys.sorted().randomElement(using: &random) ?? 1
            try await move(name, to: version, &model, fixture, probe)
        case 4:
            let number = model.versions.count + 1
            let isGood = Bool.random(using: &random)
            try await fixture.register(number, of: name, isGood: isGood)
            model.versions[number] = isGood
            try await eventually { try await probe.index()["\(name)/\(number)"] == nil ? "not listed" : nil }
        default:
            let version = model.versions.keys.sorted().randomElement(using: &random) ?? 1
            #expect(try await probe.answer(name, version: "\(version)") == model.answer(version))
        }
    }

    private static func load(_ name: String, _ model: inout Reference.Model, _ probe: HTTPProbe) async throws {
        let isGood = model.versions[model.champion] == true
        #expect(try await probe.load(name).status == (isGood ? 200 : 422))
        // Of a model that was not in memory nothing serves on.
        if isGood || model.isUnloaded { model.served = model.champion }
        model.isUnloaded = false
    }

    private static func move(
        _ name: String, to version: Int, _ model: inout Reference.Model, _ fixture: InferenceFixture, _ probe: HTTPProbe
    ) async throws {
        try await fixture.point("champion", of: name, to: version)
        model.champion = version
        let serves = !model.isUnloaded && model.versions[model.served] == true
        if model.versions[version] == true || !serves { model.served = version }
        let served = model.served
        try await eventually {
            if served != version {
                let state = try await probe.index()["\(name)/\(version)"] ?? ""
                return state.lowercased().contains("protobuf") ? nil : state
            }
            let answer = try await probe.send("GET", "/v2/models/\(name)/versions/champion/stats", token: InferenceFixture.engineer)
            return answer.json["model_stats"]?.arrayValue?.first?["version"]?.stringValue == "\(version)" ? nil : answer.text
        }
    }

    private static func check(_ reference: Reference, _ probe: HTTPProbe, _ place: String) async throws {
        let index = try await probe.index()
        for (name, model) in reference.models {
            #expect(try await probe.answer(name) == model.answer(model.served), "\(place): \(name), \(model), \(index)")
            let ready = try await probe.send("GET", "/v2/models/\(name)/ready", token: InferenceFixture.engineer).status
            if model.answer(model.served) == .status(503) { #expect(ready == 503, "\(place)") }
            for version in model.versions.keys where model.isUnloaded {
                #expect(index["\(name)/\(version)"] == "UNAVAILABLE unloaded", "\(place)")
            }
        }
    }
}
