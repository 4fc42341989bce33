import BlobStore
import Contracts
import Foundation
import Logging
import OnnxRuntime
import Postgres
import Recipes
import TestSupport
import Testing

@testable import TrainerService

@Suite("Sizes are looked at before memory is taken")
struct SizeTests {
    @Test("a model that a program logged is read when it is small enough")
    func models() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let blobs = try DirectoryBlobStore(root: folder)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(url: "postgres://127.0.0.1:1/none", maximumConnections: 1, logger: logger)
        defer { database.close() }
        let files = LoggedFiles(database: database, files: blobs)
        let model = LoggedFiles.Model(digest: try await blobs.put([1, 2, 3]), path: "m/model.onnx")

        #expect(try await files.bytes(of: model, atMost: 3) == [1, 2, 3])
        await #expect(throws: JobFailure("The model m/model.onnx has 3 bytes, and at most 2 are taken.")) {
            _ = try await files.bytes(of: model, atMost: 2)
        }
    }

    private func order(_ recipe: Recipe, buckets: Int64) throws -> RecipeOrder {
        let outputs = recipe == .ridgeRegression ? Capabilities.number : Capabilities.classes
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: outputs)
        let given: [String: JSONValue] = ["texts": ["colour"], "textBuckets": .integer(buckets)]
        return RecipeOrder(recipe, recipe.resolve(given).values, seed: 1, manifest: manifest)
    }

    @Test("features that do not fit in memory are streamed where the recipe can, and refused where it cannot")
    func features() throws {
        let runtime = try Runtime(libraryPath: TestLibraries.path("libonnxruntime.so", "MESH_ONNXRUNTIME"))
        let recipes = RecipeFit(runtime: runtime, boosting: nil)
        let rows = Capabilities.rows(1_200) { size, _ in .integer(size > 5 ? 1 : 0) }

        #expect(try recipes.isTooWide(try order(.multilayerPerceptron, buckets: 65_536), rows: rows))
        #expect(try !recipes.isTooWide(try order(.multilayerPerceptron, buckets: 1_024), rows: rows))
        let few = Array(rows.prefix(120))
        #expect(try !recipes.isTooWide(try order(.multilayerPerceptron, buckets: 65_536), rows: few))
        #expect(throws: JobFailure.self) { _ = try recipes.fit(try order(.ridgeRegression, buckets: 65_536), rows: rows) }
    }
}
