import BlobStore
import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Device variants of a version", .serialized)
struct VariantTests {
    private let network =
        #"{"capability": "digits", "recipe": "multilayer-perceptron", "parameters": {"epochs": 20, "hidden": [128]}}"#

    /// Trains version 1 and makes its variants.
    private func variants(_ mesh: TrainerHarness, _ manifest: CapabilityManifest, rows: Int = 1_797) async throws -> VariantRun {
        try await mesh.commit(try Digits.rows(rows), manifest: manifest)
        let run = try await mesh.ended(try await mesh.start(network).id)
        #expect(run.state == .succeeded, "\(run.error ?? "")")
        return try await ended(mesh, #"{"capability": "digits", "version": 1}"#)
    }

    private func ended(_ mesh: TrainerHarness, _ json: String) async throws -> VariantRun {
        let made = try await mesh.probe.send("POST", "/v1/trainer/variants", token: mesh.engineer, json: json)
        guard made.status == 201 else { throw TestSupportError("\(made.status) \(made.text)") }
        let id = try made.decode(VariantRun.self).id
        func run() async throws -> VariantRun {
            try await mesh.probe.send("GET", "/v1/trainer/variants/\(id)", token: mesh.engineer).decode(VariantRun.self)
        }
        try await eventually(within: .seconds(120), every: .milliseconds(100)) {
            let run = try await run()
            return run.state == .finished || run.state == .failed ? nil : "\(run.state): \(run.error ?? "")"
        }
        return try await run()
    }

    @Test("each precision is made, measured beside its parent, judged on its own file and kept; int8 is a quarter of the size")
    func made() async throws {
        try await withTrainer { mesh in
            let run = try await variants(mesh, try Digits.manifest())

            #expect(run.state == .finished, "\(run.error ?? "")")
            #expect(run.outcomes.map(\.precision) == ["fp32", "fp16", "int8-w", "int8-dyn", "int8-qdq"])
            let kept = mesh.peers.now.variants
            #expect(run.outcomes.compactMap(\.variant) == kept.map(\.id))
            let version = try #require(mesh.peers.now.versions.first)
            for variant in kept {
                let measured = try #require(variant.measurement)
                #expect(variant.parent == version.model)
                #expect(variant.report?.model == variant.id)
                #expect(variant.verdict == variant.earnedVerdict)
                #expect(Digest(of: try await mesh.blobs.get(variant.id)) == variant.id)
                #expect(measured.single.p50 > 0 && measured.single.p99 >= measured.single.p50)
                #expect(measured.parentSingle.p50 > 0 && measured.loadMilliseconds > 0 && measured.rowsPerSecond > 0)
                #expect(measured.slices.map(\.slice) == [nil, "eights", "scanner-b"])
                #expect(measured.slices.allSatisfy { $0.low <= $0.delta && $0.delta <= $0.high })
                #expect(Set(variant.coverage.map(\.target)).count == 5)
                #expect(variant.coverage.allSatisfy { $0.supported <= $0.nodes && !$0.source.isEmpty && !$0.date.isEmpty })
            }
            #expect(kept.first?.id == version.model)
            #expect(kept.first?.measurement?.maximumError == 0)
            #expect(kept.filter { $0.precision != "fp32" }.allSatisfy { $0.measurement?.topOneAgreement ?? 0 > 0.9 })
            #expect(try #require(kept.first { $0.precision == "int8-w" }).bytes * 3 < version.bytes)
            #expect(try #require(kept.first { $0.precision == "fp16" }).bytes * 3 < version.bytes * 2)
        }
    }

    @Test("static ranges come from rows of the train split alone, whose ids are kept")
    func calibration() async throws {
        try await withTrainer { mesh in
            _ = try await variants(mesh, try Digits.manifest())

            let rows = Dictionary(uniqueKeysWithValues: try Digits.rows().map { ($0.id, $0.split) })
            let ids = try #require(mesh.peers.now.variants.first { $0.precision == "int8-qdq" }).calibrationRows
            #expect(ids.count == CalibrationRows.most)
            #expect(ids.allSatisfy { rows[$0] == "train" })
        }
    }

    @Test("a variant whose tests do not pass is failed, also where its parent is no better")
    func failed() async throws {
        try await withTrainer { mesh in
            var manifest = try Digits.manifest()
            manifest.tests?[0].atLeast = 0.9999
            let run = try await variants(mesh, manifest)

            #expect(Set(run.outcomes.compactMap(\.verdict)) == [.failed])
            #expect(run.outcomes.count == 5)
        }
    }

    @Test("what is no wish is refused by its field; another team gets nothing")
    func refused() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            let version = try Digits.version(run: "r")
            mesh.peers.change { state in
                state.capabilities["digits"] = record
                state.versions.append(version)
            }
            func post(_ json: String, token: String? = nil) async throws -> ProbeAnswer {
                try await mesh.probe.send("POST", "/v1/trainer/variants", token: token ?? mesh.engineer, json: json)
            }
            let refused: [(String, Int, String?)] = [
                (#"{"capability": "digits"}"#, 400, "version"), (#"{"capability": "digits", "version": 1, "alias": "x"}"#, 400, "version"),
                (#"{"capability": "digits", "version": 0}"#, 400, "version"), (#"{"capability": "A b", "version": 1}"#, 400, "capability"),
                (#"{"capability": "digits", "version": 1, "precisions": ["int3"]}"#, 400, "precisions"),
                (#"{"capability": "digits", "version": 1, "precisions": []}"#, 400, "precisions"),
                (#"{"capability": "digits", "version": 1, "dataset": -1}"#, 400, "dataset"),
                (#"{"capability": "digits", "version": 9}"#, 404, nil), (#"{"capability": "nothing", "version": 1}"#, 404, nil),
            ]
            for (json, status, field) in refused {
                let answer = try await post(json)
                #expect(answer.status == status, "\(json): \(answer.text)")
                if let field { #expect(answer.json["errors"]?.arrayValue?.first?["field"]?.stringValue == field, "\(json)") }
            }
            let stranger = mesh.authority.key(roles: [.engineer], team: "mobile")
            #expect(try await post(#"{"capability": "digits", "version": 1}"#, token: stranger).status == 403)
            let made = try await post(#"{"capability": "digits", "version": 1}"#).decode(VariantRun.self)
            #expect(try await mesh.probe.send("GET", "/v1/trainer/variants/\(made.id)", token: stranger).status == 403)
            #expect(try await mesh.probe.send("GET", "/v1/trainer/variants/x", token: mesh.engineer).status == 404)
            let list = try await mesh.probe.send("GET", "/v1/trainer/variants", token: stranger)
            #expect(list.json["items"]?.arrayValue?.isEmpty == true)
        }
    }

    @Test("a test that means another variant does not concern this one")
    func names() throws {
        var manifest = try Digits.manifest()
        let size = try WireJSON.read(
            TestSpec.self, from: ["name": "fits", "kind": "size", "variant": "int8", "megabytesAtMost": .integer(1)])
        manifest.tests?.append(size)

        func names(_ precision: String) -> [String] { (VariantNames.manifest(manifest, for: precision).tests ?? []).map(\.name) }
        #expect(names("int8-qdq").contains("fits"))
        #expect(names("int8-w").contains("fits"))
        #expect(!names("fp16").contains("fits"))
        #expect(names("fp16").count == names("int8-w").count - 1)
    }

    @Test("percentiles are by nearest rank, of times in any order")
    func percentiles() {
        let samples = VariantSamples((1...200).map(Double.init).reversed())

        #expect(samples.latency == VariantMeasurement.Latency(p50: 100, p95: 190, p99: 198))
        #expect(VariantSamples([]).percentile(0.5) == 0)
        #expect(VariantSamples([3]).percentile(0.99) == 3)
    }
}
