extension RouteTable {
    static let registry: [Route] = [
        row("GET", "/v1/registry/capabilities", .modelRegistry, .scope(.read), from: [.gatewayAgent]),
        row("PUT", "/v1/registry/capabilities/{capability}", .modelRegistry, .scope(.build)),
        row("GET", "/v1/registry/capabilities/{capability}", .modelRegistry, .scope(.read), from: [.trainer]),
        row("GET", "/v1/registry/capabilities/{capability}/status", .modelRegistry, .scope(.read)),
        row("GET", "/v1/registry/capabilities/{capability}/revisions/{revision}", .modelRegistry, .scope(.read), from: [.trainer]),
        row("GET", "/v1/registry/models/{model}/versions", .modelRegistry, .scope(.read), from: [.trainer]),
        row("POST", "/v1/registry/models/{model}/versions", .modelRegistry, .servicesOnly, from: [.trainer]),
        row("GET", "/v1/registry/models/{model}/versions/{version}", .modelRegistry, .scope(.read), from: [.trainer]),
        row("GET", "/v1/registry/models/{model}/versions/{version}/reports", .modelRegistry, .scope(.read)),
        row(
            "POST", "/v1/registry/models/{model}/versions/{version}/reports", .modelRegistry, .servicesOnly, from: [.trainer],
            limit: 4 * mebibyte),
        row("GET", "/v1/registry/models/{model}/aliases", .modelRegistry, .scope(.read)),
        row("PUT", "/v1/registry/models/{model}/aliases/{alias}", .modelRegistry, .scope(.build), from: [.experimentRouter]),
        row("DELETE", "/v1/registry/models/{model}/aliases/{alias}", .modelRegistry, .scope(.build)),
    ]

    static let trainer: [Route] = [
        row("GET", "/v1/trainer/runs", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/runs", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/runs/{run}", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/runs/{run}/cancel", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/runs/{run}/metrics", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/runs/{run}/reproductions", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/runs/{run}/comparison/{other}", .trainer, .scope(.read)),
        row("GET", "/v1/trainer/runs/{run}/logs", .trainer, .scope(.read)),
        row("GET", "/v1/trainer/runs/{run}/kubernetes", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/archives", .trainer, .scope(.build), limit: 64 * mebibyte),
        row("GET", "/v1/trainer/archives/{digest}", .trainer, .scope(.read)),
        row("GET", "/v1/trainer/searches", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/searches", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/searches/{search}", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/searches/{search}/cancel", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/quotas/{team}", .trainer, .scope(.read)),
        row("PUT", "/v1/trainer/quotas/{team}", .trainer, .scope(.administer)),
        row("GET", "/v1/trainer/suites", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/suites", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/suites/{suite}", .trainer, .scope(.read)),
        row("GET", "/v1/trainer/suites/{suite}/comparison", .trainer, .scope(.read)),
        row("GET", "/v1/trainer/plans/{capability}", .trainer, .scope(.read)),
    ]
}
