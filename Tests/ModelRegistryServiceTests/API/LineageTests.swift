import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Lineage", .serialized)
struct LineageTests {
    @Test("from an alias to version, run, dataset version and reports; and to where the version served")
    func forth() async throws {
        try await withRegistry(versions: 2) { registry in
            _ = try await registry.report(1, model: "r1", id: "first")
            _ = try await registry.point("champion", to: 1)
            _ = try await registry.point("preview", to: 1)
            let lineage = try await registry.get("/v1/registry/models/digits/versions/champion/lineage").decode(Lineage.self)

            #expect(lineage.version.version == 1 && lineage.version.run == "r1")
            #expect(lineage.version.dataset == DatasetReference(name: "digits", version: 1))
            #expect(lineage.moves.map(\.alias) == ["preview", "champion"])
            #expect(lineage.reports.map(\.id) == ["first"])
            #expect(lineage.reports.map(\.passed) == [true])
            #expect(try await registry.get("/v1/registry/models/digits/versions/9/lineage").status == 404)
            #expect(try await registry.get("/v1/registry/models/none/versions/1/lineage").status == 404)
        }
    }

    @Test("back from a run and from a dataset version to what came of them, in pages")
    func back() async throws {
        try await withRegistry(versions: 3) { registry in
            let path = "/v1/registry/lineage"
            let ofRun = try await registry.get("\(path)?run=r2").decode(Page<ModelVersion>.self).items
            let first = try await registry.get("\(path)?dataset=digits&limit=2").decode(Page<ModelVersion>.self)
            let second = try await registry.get("\(path)?dataset=digits&limit=2&page=\(first.nextPage ?? "")")
                .decode(Page<ModelVersion>.self)
            let exact = try await registry.get("\(path)?dataset=digits&datasetVersion=1").decode(Page<ModelVersion>.self).items
            let other = try await registry.get("\(path)?dataset=digits&datasetVersion=2").decode(Page<ModelVersion>.self).items

            #expect(ofRun.map(\.version) == [2])
            #expect((first.items + second.items).map(\.version) == [1, 2, 3])
            #expect(exact.count == 3)
            #expect(other.isEmpty)
            #expect(try await registry.get(path).status == 400)
            #expect(try await registry.get("\(path)?dataset=digits&datasetVersion=x").status == 400)
        }
    }
}
