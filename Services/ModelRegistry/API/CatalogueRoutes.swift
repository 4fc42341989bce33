import Contracts
import HTTPService
import Hummingbird

/// The catalogue: which capabilities there are, and how to ask them.
struct CatalogueRoutes: Sendable {
    let catalogue: CatalogueStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/capabilities", use: list)
        router.get("/v1/registry/schema/capability.json", use: schema)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<CatalogueEntry>> {
        let page = try request.page(context: context)
        let caller = try context.identity
        let viewer = Catalogue.Viewer(team: caller.team, infers: caller.scopes.contains(.infer))
        let found = try await catalogue.list(
            try filter(request), after: page.after?.first ?? "", limit: page.limit + 1, for: viewer)
        return Reply(page.page(found) { [$0.name] })
    }

    /// The manifest's JSON Schema, as editors read it.
    @Sendable
    func schema(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard let schema = try ManifestSchema.document else { throw Problem(.internalError) }
        return Response(
            status: .ok, headers: [.contentType: "application/schema+json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: schema)))
    }

    private func filter(_ request: Request) throws -> CatalogueFilter {
        CatalogueFilter(
            text: try request.query("text"), team: try request.query("team"), kind: try choice("kind", in: request),
            state: try choice("state", in: request), mayCall: try request.queryFlag("mayCall"))
    }

    private func choice<T: RawRepresentable<String> & CaseIterable>(_ name: String, in request: Request) throws -> T? {
        guard let text = try request.query(name) else { return nil }
        guard let value = T(rawValue: text) else {
            throw FieldFault(name, expected: "one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
