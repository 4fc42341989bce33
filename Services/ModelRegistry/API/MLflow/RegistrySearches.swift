import MLflow

/// Reads searches, and gives their pages.
struct RegistrySearches: Sendable {
    /// What a search found, and the token of what follows.
    struct Page<Item: Sendable>: Sendable {
        let items: [Item]
        let next: String?
    }

    let store: RegisteredSearchStore
    let tokens: PageTokenCodec

    func models(_ fields: RequestFields, for tenant: Tenant) async throws -> Page<RegisteredModel> {
        let search = try search(fields, .registeredModels, for: tenant)
        return page(try await store.models(search, for: tenant), of: search, value: RegistrySearch.value)
    }

    func versions(_ fields: RequestFields, for tenant: Tenant) async throws -> Page<RegisteredVersion> {
        let search = try search(fields, .modelVersions, for: tenant)
        return page(try await store.versions(search, for: tenant), of: search, value: RegistrySearch.value)
    }

    private func search(_ fields: RequestFields, _ kind: SearchKind, for tenant: Tenant) throws(MLflowError) -> RegistrySearch {
        let paged = PagedSearch(
            try SearchFilter(try fields.text("filter"), kind: kind), try SearchOrder(try fields.texts("order_by"), kind: kind),
            scope: [tenant.team, "\(tenant.isAdministrator)"])
        let after = try tokens.values(in: try fields.text("page_token"), of: paged)
        return RegistrySearch(paged: paged, after: after, limit: try Limits.pageSize(try fields.integer("max_results"), of: kind))
    }

    private func page<Item>(
        _ found: [Item], of search: RegistrySearch, value: (OrderTerm, Item) -> SearchValue?
    ) -> Page<Item> {
        let items = Array(found.prefix(search.limit))
        guard found.count > search.limit, let last = items.last else { return Page(items: items, next: nil) }
        return Page(items: items, next: tokens.token(after: search.paged.order.terms.map { value($0, last) }, in: search.paged))
    }
}
