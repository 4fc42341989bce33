import BlobStore
import Contracts
import Foundation
import Postgres
import Recipes
import ServiceTestSupport
import TestSupport
import Testing
import TreeBoosting

@testable import TrainerService

@Suite("What a run leaves behind", .serialized)
struct RecipePipelineTests {
    @Test("a run leaves its model, its card, curve, importances and confusion matrix among its artifacts")
    func artifacts() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(600), manifest: try Digits.manifest())

            let run = try await mesh.ended(try await mesh.start().id)

            #expect(run.state == .succeeded, "\(run.error ?? "")")
            let rows = try await mesh.database.query(
                "SELECT path FROM artifact_files WHERE root LIKE \("%/\(run.id)/artifacts") ORDER BY path")
            #expect(
                try rows.map { try $0.decode("path", as: String.self) } == [
                    "confusion_matrix.json", "feature_importances.json", "model/model.onnx", "model_card.json", "model_card.md",
                    "training_curve.json",
                ])
            let card = try await mesh.artifact("model_card.json", of: run.id)
            #expect(card["capability"]?.stringValue == "digits")
            #expect(card["run"]?.stringValue == run.id)
            #expect(card["data"]?["version"]?.integerValue == 1)
            #expect(card["importances"]?["method"]?.stringValue == "permutation")
            let matrix = try await mesh.artifact("confusion_matrix.json", of: run.id)
            let counted = (matrix["counts"]?.arrayValue ?? []).flatMap { $0.arrayValue ?? [] }.compactMap(\.integerValue).reduce(0, +)
            #expect(Double(counted) == run.metrics["validation_rows"])
            let curve = try await mesh.artifact("training_curve.json", of: run.id)
            #expect(curve["points"]?.arrayValue?.last?["step"]?.integerValue == run.iteration.map { Int64($0) })
        }
    }

    @Test("a transfer's embeddings are kept, and used by the next run")
    func embeddings() async throws {
        try await withTrainer { mesh in
            let backbone = try await mesh.blobs.put(try RecipeFitTests.backbone())
            try await mesh.commit(try Digits.rows(200), manifest: try Digits.manifest())
            let json = #"{"capability": "digits", "recipe": "transfer", "parameters": {"backbone": "\#(backbone)"}}"#

            let first = try await mesh.ended(try await mesh.start(json).id)
            let kept = try await mesh.database.query("SELECT count(*) AS rows, min(used_at) AS used FROM embeddings")
            // Whoever computed them again would not see that they were spoiled.
            try await mesh.database.execute("UPDATE embeddings SET embedding = decode(repeat('00', 192), 'hex')")
            let second = try await mesh.ended(try await mesh.start(json).id)

            #expect(first.state == .succeeded, "\(first.error ?? "")")
            let labeled = (first.metrics["train_rows"] ?? 0) + (first.metrics["validation_rows"] ?? 0)
            #expect(try kept.first?.decode("rows", as: Int.self) == Int(labeled))
            #expect(second.state == .succeeded, "\(second.error ?? "")")
            #expect((second.metrics["train_loss"] ?? 0) > 2 * (first.metrics["train_loss"] ?? 99))
        }
    }

    @Test("what rows or options do not allow is said in words, and not tried again")
    func faults() {
        let rows = JobFault(RecipeError.rows("the rows have 3 items, and 5 are to be recommended"))
        let library = JobFault(BoostingError.library("no library was found"))

        #expect(rows.sentence == "The model cannot be fitted: the rows have 3 items, and 5 are to be recommended.")
        #expect(library.sentence == "The model cannot be fitted: the library for boosted trees cannot be used: no library was found.")
        #expect(!rows.isPassing && !library.isPassing)
    }

    @Test("a backbone that is not there fails the run in words; one that is no digest is refused")
    func missing() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(100), manifest: try Digits.manifest())
            let digest = Digest(of: [9])
            let run = try await mesh.ended(
                try await mesh.start(#"{"capability": "digits", "recipe": "transfer", "parameters": {"backbone": "\#(digest)"}}"#).id)
            let refused = try await mesh.probe.send(
                "POST", "/v1/trainer/runs", token: mesh.engineer,
                json: #"{"capability": "digits", "recipe": "transfer", "parameters": {"backbone": "resnet"}}"#)

            #expect(run.state == .failed)
            #expect(run.error == "Blob \(digest) is not in the store.")
            #expect(refused.status == 422)
            #expect(refused.text.contains("parameters.backbone"))
        }
    }
}

extension TrainerHarness {
    /// A run's artifact of JSON.
    func artifact(_ path: String, of run: String) async throws -> JSONValue {
        let rows = try await database.query(
            "SELECT digest FROM artifact_files WHERE root LIKE \("%/\(run)/artifacts") AND path = \(path)")
        let digest = try #require(try rows.first.flatMap { Digest(try $0.decode("digest", as: String.self)) })
        let own = try DirectoryBlobStore(root: blobs.root.appending(path: "trainer/artifacts"))
        return try WireJSON.decode(JSONValue.self, from: Data(try await own.get(digest)))
    }
}
