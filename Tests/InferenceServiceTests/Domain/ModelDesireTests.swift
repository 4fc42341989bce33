import Contracts
import Foundation
import Testing

@testable import InferenceService

@Suite("What is asked for by loading and unloading")
struct ModelDesireTests {
    static let model = ModelFixture.model((1...4).map { ModelFixture.version($0) }, aliases: ["champion": 2, "candidate": 3])

    static func wanted(_ desire: ModelDesire?, of model: PublishedModel = model) -> [Int] {
        ModelDesire.wanted(of: model, desire).map(\.number)
    }

    @Test("without a wish, what aliases stand for")
    func none() {
        #expect(Self.wanted(nil) == [2, 3])
    }

    @Test("a wish adds versions by its policy to what aliases stand for")
    func policies() {
        #expect(Self.wanted(ModelDesire(generation: 1, isLoaded: true)) == [2, 3])
        #expect(Self.wanted(ModelDesire(generation: 1, isLoaded: true, policy: .latest(1))) == [2, 3, 4])
        #expect(Self.wanted(ModelDesire(generation: 1, isLoaded: true, policy: .specific([1]))) == [1, 2, 3])
        #expect(Self.wanted(ModelDesire(generation: 1, isLoaded: true, policy: .all)) == [1, 2, 3, 4])
    }

    @Test("unloaded, nothing; without an alias, the newest")
    func edges() {
        #expect(Self.wanted(ModelDesire(generation: 1, isLoaded: false)) == [])
        let plain = ModelFixture.model((1...2).map { ModelFixture.version($0) })
        #expect(Self.wanted(nil, of: plain) == [])
        #expect(Self.wanted(ModelDesire(generation: 1, isLoaded: true), of: plain) == [2])
    }

    static func members(_ text: String) throws -> [String: JSONValue] {
        try #require(try WireJSON.decode(JSONValue.self, from: Data(text.utf8)).objectValue)
    }

    @Test(
        "a load's body may be empty, and holds a policy as Triton's clients send it or in plain",
        arguments: [
            ("{}", nil), (#"{"parameters":null}"#, nil), (#"{"parameters":{}}"#, nil), (#"{"parameters":{"config":"{}"}}"#, nil),
            (#"{"parameters":{"config":"{\"version_policy\":{\"latest\":{\"num_versions\":2}}}"}}"#, .latest(2)),
            (#"{"parameters":{"version_policy":{"specific":{"versions":[3,1]}}}}"#, .specific([3, 1])),
            (#"{"parameters":{"version_policy":{"all":{}}}}"#, .all), (#"{"parameters":{"version_policy":{"latest":{}}}}"#, .latest(1)),
        ] as [(String, VersionPolicy?)])
    func loads(text: String, policy: VersionPolicy?) throws {
        #expect(try LoadOrder.load(try Self.members(text)).policy == policy)
    }

    @Test(
        "what a load's body may not hold is named",
        arguments: [
            (#"{"parameters":7}"#, "parameters"), (#"{"parameters":{"file:1/model.onnx":"aa"}}"#, "parameters.file:1/model.onnx"),
            (#"{"parameters":{"config":{}}}"#, "parameters.config"), (#"{"parameters":{"config":"["}}"#, "parameters.config"),
            (#"{"parameters":{"config":"{\"backend\":\"x\"}"}}"#, "parameters.config.backend"),
            (#"{"parameters":{"version_policy":{}}}"#, "parameters.version_policy"),
            (#"{"parameters":{"version_policy":{"newest":{}}}}"#, "parameters.version_policy"),
            (#"{"parameters":{"version_policy":{"latest":{"num_versions":0}}}}"#, "parameters.version_policy.latest.num_versions"),
            (#"{"parameters":{"version_policy":{"specific":{"versions":[]}}}}"#, "parameters.version_policy.specific.versions"),
            (#"{"parameters":{"version_policy":{"specific":{"versions":["1"]}}}}"#, "parameters.version_policy.specific.versions"),
        ])
    func refusedLoads(text: String, field: String) throws {
        let members = try Self.members(text)
        let fault = #expect(throws: FieldFault.self) { try LoadOrder.load(members) }
        #expect(fault?.field == field)
    }

    @Test("an unload takes what clients always send, and names anything else")
    func unloads() throws {
        _ = try LoadOrder.unload(try Self.members(#"{"parameters":{"unload_dependents":false}}"#))
        let wrong = try Self.members(#"{"parameters":{"unload_dependents":"no"}}"#)
        let other = try Self.members(#"{"parameters":{"force":true}}"#)
        let first = #expect(throws: FieldFault.self) { try LoadOrder.unload(wrong) }
        let second = #expect(throws: FieldFault.self) { try LoadOrder.unload(other) }
        #expect(first?.field == "parameters.unload_dependents")
        #expect(second?.field == "parameters.force")
    }

    @Test("all instances together: ready where one has it, with how many; else what comes nearest to it")
    func states() {
        let refused = ModelState.unavailable(reason: "no model")
        #expect(RepositoryState([.ready, .ready]).state == .ready)
        #expect(RepositoryState([.ready, .ready]).reason == "")
        #expect(RepositoryState([.idle, .ready, refused]).state == .ready)
        #expect(RepositoryState([.idle, .ready, refused]).reason == "in memory of 1 of 3 instances")
        #expect(RepositoryState([refused, .loading]).state == .loading)
        #expect(RepositoryState([.idle, .unloading]).state == .unloading)
        #expect(RepositoryState([.idle, refused]).reason == "no model")
        #expect(RepositoryState([.idle, .unloaded]).state == .unloaded)
        #expect(RepositoryState([.idle, .idle]).state == .idle)
    }
}
