extension RouteTable {
    /// Revisions of capabilities, the history of aliases, and where models came from.
    static let catalogue: [Route] = [
        row("GET", "/v1/registry/capabilities/{capability}/revisions", .modelRegistry, .scope(.read)),
        row("GET", "/v1/registry/capabilities/{capability}/revisions/{revision}/diff/{other}", .modelRegistry, .scope(.read)),
        row("POST", "/v1/registry/capabilities/{capability}/plan", .modelRegistry, .scope(.build)),
        row("GET", "/v1/registry/schema/capability.json", .modelRegistry, .open),
        row("GET", "/v1/registry/lineage", .modelRegistry, .scope(.read)),
        row("GET", "/v1/registry/models/{model}/aliases/{alias}/history", .modelRegistry, .scope(.read)),
        row("POST", "/v1/registry/models/{model}/aliases/{alias}/rollback", .modelRegistry, .scope(.build)),
        row("GET", "/v1/registry/models/{model}/versions/{version}/lineage", .modelRegistry, .scope(.read)),
    ]
}
