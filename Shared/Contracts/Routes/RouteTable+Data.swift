extension RouteTable {
    static let dataset: [Route] = [
        row("GET", "/v1/dataset/datasets", .dataset, .scope(.read)),
        row("POST", "/v1/dataset/datasets", .dataset, .scope(.build)),
        row("GET", "/v1/dataset/datasets/{dataset}", .dataset, .scope(.read), from: [.inference, .labeling, .trainer]),
        row("POST", "/v1/dataset/datasets/{dataset}/imports", .dataset, .scope(.build), limit: 64 * mebibyte),
        row("GET", "/v1/dataset/datasets/{dataset}/versions", .dataset, .scope(.read)),
        row("POST", "/v1/dataset/datasets/{dataset}/versions", .dataset, .scope(.build), from: [.labeling], limit: 64 * mebibyte),
        row(
            "GET", "/v1/dataset/datasets/{dataset}/versions/{version}", .dataset, .scope(.read), from: [.inference, .labeling, .trainer]),
        row("GET", "/v1/dataset/datasets/{dataset}/versions/{version}/rows", .dataset, .scope(.read), from: [.labeling]),
        row("GET", "/v1/dataset/datasets/{dataset}/versions/{version}/statistics", .dataset, .scope(.read)),
        row("GET", "/v1/dataset/datasets/{dataset}/versions/{version}/checks", .dataset, .scope(.read)),
        row("GET", "/v1/dataset/datasets/{dataset}/needs", .dataset, .scope(.read)),
    ]

    static let labeling: [Route] = [
        row("GET", "/label/", .labeling, .open),
        row("GET", "/label/{file}", .labeling, .open),
        row("GET", "/v1/labeling/projects", .labeling, .authenticated),
        row("POST", "/v1/labeling/projects", .labeling, .scope(.build)),
        row("GET", "/v1/labeling/projects/{project}", .labeling, .authenticated),
        row("POST", "/v1/labeling/projects/{project}/tasks", .labeling, .scope(.build), from: [.monitor], limit: 16 * mebibyte),
        row("GET", "/v1/labeling/projects/{project}/tasks", .labeling, .scope(.read)),
        row("POST", "/v1/labeling/projects/{project}/requests", .labeling, .scope(.build)),
        row("POST", "/v1/labeling/projects/{project}/leases", .labeling, .scope(.label)),
        row("GET", "/v1/labeling/projects/{project}/progress", .labeling, .authenticated),
        row("POST", "/v1/labeling/projects/{project}/commits", .labeling, .scope(.build)),
        row("POST", "/v1/labeling/tasks/{task}/annotations", .labeling, .scope(.label)),
        row("POST", "/v1/labeling/tasks/{task}/skips", .labeling, .scope(.label)),
    ]
}
