import Contracts
import Foundation
import OnnxRuntime
import Recipes
import Tables
import TestSupport
import Testing

@testable import TrainerService

@Suite("Rows that do not fit in memory")
struct StreamedRowsTests {
    private static let recipes = Result {
        RecipeFit(runtime: try Runtime(libraryPath: TestLibraries.path("libonnxruntime.so", "MESH_ONNXRUNTIME")), boosting: nil)
    }

    /// Keeps rows as a segment and gives what reads them in pages of so many.
    private func stream(_ rows: [DatasetRow], _ manifest: CapabilityManifest, page: Int, labeledOnly: Bool = true) async throws -> (
        StreamedRows, URL
    ) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "segment.parquet")
        let stored = rows.map { StoredRow(row: $0, digest: Digest(of: Array($0.id.utf8)), salt: Array(repeating: 7, count: 16)) }
        try await SegmentLayout(manifest.interface).write(stored, to: file, with: try TestLibraries.tables())
        let table = try await DatasetTable.open(try TestLibraries.tables(), segments: [file], interface: manifest.interface)
        let pages = VersionPages(table, labeledOnly: labeledOnly, size: page)
        return (StreamedRows(pages: pages, recipes: try Self.recipes.get(), scratch: folder.appending(path: "scratch")), folder)
    }

    @Test("features made page by page are those of all rows at once, and so is what is measured")
    func pages() async throws {
        let manifest = try Capabilities.manifest(inputs: Capabilities.mixed, outputs: Capabilities.classes)
        let order = RecipeOrder(
            .multilayerPerceptron, Recipe.multilayerPerceptron.resolve(["epochs": 3]).values, seed: 1, manifest: manifest)
        let (stream, folder) = try await stream(Capabilities.halves, manifest, page: 17)
        defer { try? FileManager.default.removeItem(at: folder) }

        let (material, read) = try await stream.material(order)
        let streamed = try stream.recipes.fit(order, material)
        let held = try stream.recipes.fit(order, rows: Capabilities.halves)
        let measured = try await stream.measure(streamed.model, order, split: .validation)
        let whole = try ValidationMetrics(
            streamed.model, rows: Capabilities.halves, split: "validation", manifest: manifest, runtime: stream.recipes.runtime)

        #expect(read.count == 120)
        #expect(SplitDigests.of(read) == SplitDigests.of(Capabilities.halves))
        #expect(streamed.rows == ["train": 96, "validation": 24])
        #expect(streamed.model == held.model)
        #expect(measured.values == whole.values)
        #expect(measured.values["validation_rows"] == 24)
    }

    @Test("segments are streamed with rows that have no label")
    func segments() async throws {
        let manifest = try Capabilities.manifest(
            inputs: Capabilities.mixed, outputs: #"[{"name": "segment", "datatype": "INT64", "shape": [-1]}]"#)
        let order = RecipeOrder(.kMeans, Recipe.kMeans.resolve(["segments": 3]).values, seed: 1, manifest: manifest)
        let (stream, folder) = try await stream(
            Capabilities.rows { _, _ in .null }, manifest, page: 50, labeledOnly: false)
        defer { try? FileManager.default.removeItem(at: folder) }

        let fitted = try stream.recipes.fit(order, try await stream.material(order).material)

        #expect(fitted.rows == ["train": 96])
        #expect(fitted.fitted.facts["segments"] == "3")
    }

    @Test("a version is streamed when its rows are too many and its recipe learns from blocks")
    func isNeeded() throws {
        let manifest = try Digits.manifest()
        func order(_ recipe: Recipe) -> RecipeOrder { RecipeOrder(recipe, recipe.resolve([:]).values, seed: 0, manifest: manifest) }
        let version = DatasetVersion(
            dataset: "digits", number: 1, id: Digest(of: []), manifest: Digest(of: []), message: "", createdAt: .now, createdBy: "",
            splits: ["train": SplitCounts(rows: 200, labeled: 100)], segments: [], checks: [])

        #expect(!StreamedRows.isNeeded(order(.softmaxRegression), version, limit: 6_400))
        #expect(StreamedRows.isNeeded(order(.softmaxRegression), version, limit: 6_399))
        #expect(StreamedRows.isNeeded(order(.kMeans), version, limit: 12_799))
        #expect(!StreamedRows.isNeeded(order(.boostedTrees), version, limit: 1))
    }
}
