import Contracts
import HTTPService
import HTTPTypes
import Hummingbird
import Similarity
import Tensors

/// Similarity indexes: which there are, build one, search one, erase rows of one.
struct IndexRoutes: Sendable {
    private static let headerLength = HTTPField.Name("inference-header-content-length")
    /// Searches of a process at once, those that wait for a core included: each may read a whole index.
    private static let mostSearches = 64

    let directory: ModelDirectory
    let cache: ModelCache
    let scheduler: Scheduler
    let store: IndexStore
    let erasures: IndexErasures
    let segments: IndexSegments
    let dataset: DatasetPeer
    private let admission = Admission("searches", most: Self.mostSearches)

    init(
        directory: ModelDirectory, cache: ModelCache, scheduler: Scheduler, store: IndexStore, erasures: IndexErasures,
        segments: IndexSegments, dataset: DatasetPeer
    ) {
        self.directory = directory
        self.cache = cache
        self.scheduler = scheduler
        self.store = store
        self.erasures = erasures
        self.segments = segments
        self.dataset = dataset
    }

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/inference/indexes", use: list)
        router.get("/v1/inference/indexes/{index}", use: find)
        router.post("/v1/inference/indexes/{index}/builds", use: build)
        router.post("/v1/inference/indexes/{index}/erasures", use: erase)
        router.post("/v1/inference/indexes/{index}/search", use: search)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<SimilarityIndex>> {
        let page = try request.page(context: context)
        let after = page.after?.first ?? ""
        let caller = try context.identity
        let models = Dictionary(directory.models(for: caller).map { ($0.name, $0) }) { first, _ in first }
        let stored = try await store.all()
        let found = try await store.declared().filter { $0.spec.name > after }.lazy.compactMap { index in
            models[index.capability].map { SimilarityIndex(index.spec, of: $0, stored: stored[index.spec.name]) }
        }
        return Reply(page.page(Array(found.prefix(page.limit + 1))) { [$0.spec.name] })
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<SimilarityIndex> {
        let (spec, model) = try await declared(context)
        return .ok(SimilarityIndex(spec, of: model, stored: try await store.find(spec.name)))
    }

    /// Asks for a build by the version that the index's alias points to, over the newest version of the dataset.
    @Sendable
    func build(_ request: Request, _ context: ServiceContext) async throws -> Reply<SimilarityIndex> {
        let (spec, model) = try await declared(context)
        try context.identity.requireOwnership(of: model.team)
        let served = try model.resolve(spec.alias)
        let version = try await dataset.version(nil, of: spec.dataset, teams: [model.team])
        try await store.ask(spec, capability: model.name, version: served.number, datasetVersion: version.number)
        let index = SimilarityIndex(spec, of: model, stored: try await store.find(spec.name))
        return .accepted(index, location: "/v1/inference/indexes/\(spec.name)")
    }

    /// Lets rows be found no more: for the owner's engineers, and for operators whatever their team.
    @Sendable
    func erase(_ request: Request, _ context: ServiceContext) async throws -> Reply<SimilarityIndex> {
        let caller = try context.identity
        let (spec, model) = try await declared(context, for: caller.scopes.contains(.operate) ? nil : caller)
        if !caller.scopes.contains(.operate) {
            try caller.requireOwnership(of: model.team)
            guard caller.scopes.contains(.build) else {
                throw Problem(.forbidden, "Erasing rows needs the scope build or operate.")
            }
        }
        let erasure = try await request.decode(as: IndexErasure.self, context: context)
        guard erasure.faults.isEmpty else { throw Problem(.invalidField, errors: erasure.faults) }
        try await erasures.erase(erasure.rows, of: spec.name, by: caller.subject)
        return .ok(SimilarityIndex(spec, of: model, stored: try await store.find(spec.name)))
    }

    @Sendable
    func search(_ request: Request, _ context: ServiceContext) async throws -> Reply<IndexMatches> {
        let name = try context.parameter("index")
        guard let stored = try await store.find(name), let answering = stored.answering else {
            _ = try await declared(context)
            throw Problem(.indexNotReady, "The index \(name) has not been built yet: it is built when its dataset has a version.")
        }
        let model = try directory.model(stored.capability, for: try context.identity)
        try admission.enter()
        defer { admission.leave() }
        let body = try await request.bytes(context: context)
        let length = Self.headerLength.flatMap { request.headers[$0] }
        do {
            let body = try IndexQuery.plain(body, encoding: request.headers[.contentEncoding])
            let index = try await segments.search(name, answering)
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
    private func declared(_ context: ServiceContext) async throws -> (spec: IndexSpec, model: PublishedModel) {
        try await declared(context, for: try context.identity)
    }

    /// - Parameter caller: nil where every model may be meant.
    private func declared(_ context: ServiceContext, for caller: Caller?) async throws -> (spec: IndexSpec, model: PublishedModel) {
        let name = try context.parameter("index")
        guard let declared = try await store.declared(name), let model = directory.published(declared.capability) else {
            throw Problem(.indexUnknown, "There is no index \(name).")
        }
        if let caller { _ = try directory.model(model.name, for: caller) }
        return (declared.spec, model)
    }
}
