import BlobStore
import Contracts
import Foundation
import HTTPService
import ServiceTestSupport
import TestSupport

@testable import InferenceService

extension InferenceFixture {
    /// May load and unload models.
    static let operators = TestAuthority().key("2", roles: [.operator, .engineer])

    /// Applies a capability of a name with the interface of `digits`.
    func apply(_ name: String) async throws {
        var record = try SampleModel.record()
        record.name = name
        record.manifest.metadata.name = name
        try await announce(EventType.capabilityApplied, record)
    }

    /// Registers a version of a model: the sample's of that number, or bytes that are no model.
    func register(_ version: Int, of name: String, isGood: Bool = true) async throws {
        let digest = try await blobs.put(try isGood ? SampleModel.bytes(version) : Array("no model \(name) \(version)".utf8))
        var registered = SampleModel.version(version, digest)
        registered.capability = name
        try await announce(EventType.versionRegistered, registered)
    }

    func point(_ alias: String, of name: String, to version: Int) async throws {
        let moved = ModelAlias(
            capability: name, alias: alias, version: version, model: Digest(of: []), movedAt: .now, movedBy: "key:1")
        try await announce(EventType.aliasMoved, moved)
    }

    /// Runs instances side by side, all of them ready.
    func running<T: Sendable>(
        instances: Int, _ settings: [String: String] = [:], _ body: @Sendable @escaping ([HTTPProbe]) async throws -> T
    ) async throws -> T {
        try await running(instances: instances, settings, probes: [], body)
    }

    private func running<T: Sendable>(
        instances: Int, _ settings: [String: String], probes: [HTTPProbe], _ body: @Sendable @escaping ([HTTPProbe]) async throws -> T
    ) async throws -> T {
        guard probes.count < instances else { return try await body(probes) }
        return try await withRunning(try service(settings)) { probe in
            try await eventually {
                let ready = try await probe.send("GET", "/readyz")
                let champion = try await probe.send("GET", "/v2/models/digits/versions/champion", token: Self.engineer)
                return ready.status == 200 && champion.status == 200 ? nil : ready.text + champion.text
            }
            return try await running(instances: instances, settings, probes: probes + [probe], body)
        }
    }
}

extension HTTPProbe {
    /// The label that a model gives the sample's row, or the status where there is none.
    func answer(_ model: String, version: String? = nil) async throws -> ModelAnswer {
        let path = "/v2/models/\(model)\(version.map { "/versions/\($0)" } ?? "")/infer"
        let answer = try await send("POST", path, token: InferenceFixture.engineer, json: SampleModel.request())
        let label = answer.json["outputs"]?.arrayValue?.first { $0["name"] == "label" }?["data"]?.arrayValue?.first?.integerValue
        return label.map { .label(Int($0)) } ?? .status(answer.status)
    }

    func load(_ model: String, _ body: String? = nil) async throws -> ProbeAnswer {
        try await send(
            "POST", "/v2/repository/models/\(model)/load", token: InferenceFixture.operators, body: body.map { Array($0.utf8) })
    }

    func unload(_ model: String) async throws -> ProbeAnswer {
        try await send(
            "POST", "/v2/repository/models/\(model)/unload", token: InferenceFixture.operators,
            body: Array(#"{"parameters":{"unload_dependents":false}}"#.utf8))
    }

    /// State and reason of each version in the index, by `model/version`.
    func index(_ body: String? = nil) async throws -> [String: String] {
        let answer = try await send(
            "POST", "/v2/repository/index", token: InferenceFixture.engineer, body: body.map { Array($0.utf8) })
        let entries = answer.json.arrayValue ?? []
        return Dictionary(
            entries.map { entry in
                func text(_ member: String) -> String { entry[member]?.stringValue ?? "" }
                return ("\(text("name"))/\(text("version"))", "\(text("state")) \(text("reason"))")
            }
        ) { first, _ in first }
    }
}

/// What came of a request for a prediction.
enum ModelAnswer: Sendable, Hashable {
    case label(Int)
    case status(Int)

    /// The sample's row is of the first class, whose label tells the version.
    static func version(_ number: Int) -> ModelAnswer { .label(number * 10) }
}
