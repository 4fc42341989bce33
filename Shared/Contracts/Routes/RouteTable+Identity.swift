extension RouteTable {
    static let identity: [Route] = [
        row("GET", "/.well-known/jwks.json", .identity, .open),
        row("POST", "/v1/identity/token", .identity, .open, errors: .oauth, limit: 16_384),
        row("POST", "/v1/identity/sessions", .identity, .open, limit: 16_384),
        row("GET", "/v1/identity/session", .identity, .authenticated),
        row("DELETE", "/v1/identity/session", .identity, .authenticated),
        row("GET", "/v1/identity/teams", .identity, .scope(.read)),
        row("POST", "/v1/identity/teams", .identity, .scope(.administer)),
        row("GET", "/v1/identity/people", .identity, .scope(.administer)),
        row("POST", "/v1/identity/people", .identity, .scope(.administer)),
        row("PUT", "/v1/identity/people/{person}/roles", .identity, .scope(.administer)),
        row("DELETE", "/v1/identity/people/{person}", .identity, .scope(.administer)),
        row("POST", "/v1/identity/people/{person}/invitations", .identity, .scope(.administer)),
        row("GET", "/v1/identity/keys", .identity, .scope(.build)),
        row("POST", "/v1/identity/keys", .identity, .scope(.build)),
        row("PUT", "/v1/identity/keys/{key}/roles", .identity, .scope(.administer)),
        row("DELETE", "/v1/identity/keys/{key}", .identity, .scope(.build)),
        row("GET", "/v1/identity/audit", .identity, .scope(.administer)),
        row("POST", "/v1/identity/attempts", .identity, .servicesOnly, from: [.trainer], limit: 16_384),
        row("DELETE", "/v1/identity/attempts/{attempt}", .identity, .servicesOnly, from: [.trainer]),
        row("GET", "/v1/identity/gateway/entries", .identity, .servicesOnly, from: [.gatewayAgent]),
    ]
}
