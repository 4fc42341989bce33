import Contracts
import HTTPService
import HTTPTypes
import Hummingbird
import Similarity
import Tensors

/// Similarity indexes: which there are, build one, search one.
struct IndexRoutes: Sendable {
    private static let headerLength = HTTPField.Name("inference-header-content-length")

    let directory: ModelDirectory
    let cache: ModelCache
    let scheduler: Scheduler
    let store: IndexStore
    let segments: IndexSegments
    let dataset: DatasetPeer

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/inference/indexes", use: list)
        router.get("/v1/inference/indexes/{index}", use: find)
        router.post("/v1/inference/indexes/{index}/builds", use: build)
        router.post("/v1/inference/indexes/{index}/search", use: search)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<SimilarityIndex>> {
        let page = try request.page(context: context)
        let after = page.after?.first ?? ""
        let declared = DeclaredIndex.all(directory.models(for: try context.identity)).filter { $0.spec.name > after }
        let stored = try await store.all()
        let found = declared.prefix(page.limit + 1).map { SimilarityIndex($0.spec, of: $0.model, stored: stored[$0.spec.name]) }
        return Reply(page.page(found) { [$0.spec.name] })
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<SimilarityIndex> {
        let declared = try declared(context)
        return .ok(SimilarityIndex(declared.spec, of: declared.model, stored: try await store.find(declared.spec.name)))
    }

    /// Asks for a build by the champion over the newest version of the dataset.
    @Sendable
    func build(_ request: Request, _ context: ServiceContext) async throws -> Reply<SimilarityIndex> {
        let declared = try declared(context)
        let (spec, model) = (declared.spec, declared.model)
        try context.identity.requireOwnership(of: model.team)
        let served = try model.resolve(nil)
        let version = try await dataset.version(nil, of: spec.dataset, teams: [model.team])
        try await store.ask(spec, capability: model.name, version: served.number, datasetVersion: version.number)
        let index = SimilarityIndex(spec, of: model, stored: try await store.find(spec.name))
        return .accepted(index, location: "/v1/inference/indexes/\(spec.name)")
    }

    @Sendable
    func search(_ request: Request, _ context: ServiceContext) async throws -> Reply<IndexMatches> {
        let declared = try declared(context)
        let name = declared.spec.name
        guard let answering = try await store.find(name)?.answering else {
            throw Problem(.indexNotReady, "The index \(name) has not been built yet: ask for a build.")
        }
        let model = declared.model
        let body = try await request.bytes(context: context)
        let length = Self.headerLength.flatMap { request.headers[$0] }
        do {
            let deleted = try await store.deletions(name)
            let index = try await segments.search(name, segment: answering.segment, deleted: deleted)
            let served = try model.resolve(String(answering.version))
            let query = try IndexQuery(body, headerLength: length, interface: served.interface, columns: index.layout.columns)
            let found = try await matches(query, index, served, answering.spec.output)
            return .ok(
                IndexMatches(index: name, version: answering.version, datasetVersion: answering.datasetVersion, matches: found))
        } catch let fault as SimilarityFault where fault.kind == .input {
            throw Problem(.invalidField, fault.description)
        } catch {
            throw InferenceFailure(error).error
        }
    }

    /// The nearest rows of each query.
    private func matches(
        _ query: IndexQuery, _ index: VectorSearch, _ served: ServedModel, _ output: String
    ) async throws -> [[IndexMatches.Match]] {
        let vectors: [[Float]]
        var start: String?
        switch query.start {
        case .row(let id):
            guard let vector = try await IndexSegments.compute({ index.vector(of: id) }) else {
                throw InferenceFault("parameter row must be the id of a row of the index: there is no \(id)")
            }
            (vectors, start) = ([vector], id)
        case .inputs(let inputs): vectors = try await embed(inputs, served, output)
        }
        let without = start
        let found = try await IndexSegments.compute {
            try index.nearest(vectors, k: query.matches, filter: query.filter, without: without)
        }
        return found.map { $0.map { IndexMatches.Match(row: $0.id, score: $0.score, columns: $0.columns) } }
    }

    /// Embeds rows by the version that the index was built with.
    private func embed(_ inputs: [Tensor], _ served: ServedModel, _ output: String) async throws -> [[Float]] {
        let model = try await cache.acquire(served)
        defer { cache.end(model) }
        let outputs = try await scheduler.runOnline(model, inputs)
        return try Embeddings.rows(outputs, named: output, rows: inputs.first?.rows ?? 0)
    }

    /// The index of the path, for whoever may call its capability. Throws `indexUnknown`, `forbidden`.
    private func declared(_ context: ServiceContext) throws -> DeclaredIndex {
        let name = try context.parameter("index")
        guard let declared = DeclaredIndex.all(directory.models.values).first(where: { $0.spec.name == name }) else {
            throw Problem(.indexUnknown, "There is no index \(name).")
        }
        _ = try directory.model(declared.model.name, for: try context.identity)
        return declared
    }
}
