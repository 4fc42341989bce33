extension RouteTable {
    /// Served by the experiment-router on the public listener (first row wins there), by inference on the internal one.
    static let inference: [Route] =
        [
            row("GET", "/v2", .inference, .open, errors: .inference),
            row("GET", "/v2/health/live", .inference, .open, errors: .inference),
            row("GET", "/v2/health/ready", .inference, .open, errors: .inference),
            row("GET", "/v2/models", .inference, .scope(.infer), errors: .inference),
            // Before the model of that name: clients ask for it by this path.
            row("GET", "/v2/models/stats", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/ready", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/versions/{version}", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/versions/{version}/ready", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/config", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/versions/{version}/config", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/stats", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/versions/{version}/stats", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/models/{model}/trace/setting", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/models/{model}/trace/setting", .inference, .scope(.operate), errors: .inference),
            row("POST", "/v2/models/{model}/explain", .inference, .scope(.infer), errors: .inference, limit: 64 * mebibyte),
            row(
                "POST", "/v2/models/{model}/versions/{version}/explain", .inference, .scope(.infer), errors: .inference,
                limit: 64 * mebibyte),
            row("POST", "/v2/repository/index", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/repository/models/{model}/load", .inference, .scope(.operate), errors: .inference),
            row("POST", "/v2/repository/models/{model}/unload", .inference, .scope(.operate), errors: .inference),
            row("POST", "/v2/repository/{repository}/index", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/repository/{repository}/models/{model}/load", .inference, .scope(.operate), errors: .inference),
            row("POST", "/v2/repository/{repository}/models/{model}/unload", .inference, .scope(.operate), errors: .inference),
            row("GET", "/v2/trace/setting", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/trace/setting", .inference, .scope(.operate), errors: .inference),
            row("GET", "/v2/logging", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/logging", .inference, .scope(.operate), errors: .inference),
        ] + sharedMemory + batch + indexes

    /// Known to the protocol's clients, and declined with 501: processes of a mesh share no memory.
    private static let sharedMemory: [Route] = ["systemsharedmemory", "cudasharedmemory"].flatMap { kind in
        [
            row("GET", "/v2/\(kind)/status", .inference, .scope(.infer), errors: .inference),
            row("GET", "/v2/\(kind)/region/{region}/status", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/\(kind)/region/{region}/register", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/\(kind)/region/{region}/unregister", .inference, .scope(.infer), errors: .inference),
            row("POST", "/v2/\(kind)/unregister", .inference, .scope(.infer), errors: .inference),
        ]
    }

    private static let batch: [Route] = [
        row("POST", "/v1/inference/files", .inference, .scope(.build), limit: 1024 * mebibyte),
        row("GET", "/v1/inference/batch-jobs", .inference, .scope(.read)),
        row("POST", "/v1/inference/batch-jobs", .inference, .scope(.build)),
        row("GET", "/v1/inference/batch-jobs/{job}", .inference, .scope(.read)),
        row("POST", "/v1/inference/batch-jobs/{job}/cancel", .inference, .scope(.build)),
        row("GET", "/v1/inference/batch-jobs/{job}/output", .inference, .scope(.read)),
    ]

    private static let indexes: [Route] = [
        row("GET", "/v1/inference/indexes", .inference, .scope(.read)),
        row("GET", "/v1/inference/indexes/{index}", .inference, .scope(.read)),
        row("POST", "/v1/inference/indexes/{index}/builds", .inference, .scope(.build)),
        // The owner's engineers, and operators: the handler tells.
        row("POST", "/v1/inference/indexes/{index}/erasures", .inference, .scope(.read)),
        row("POST", "/v1/inference/indexes/{index}/search", .inference, .scope(.infer), errors: .inference, limit: 64 * mebibyte),
    ]

    static let router: [Route] = [
        row(
            "POST", "/v2/models/{model}/infer", .experimentRouter, .scope(.infer), from: [.experimentRouter, .labeling],
            errors: .inference, limit: 64 * mebibyte),
        row(
            "POST", "/v2/models/{model}/versions/{version}/infer", .experimentRouter, .scope(.infer),
            from: [.experimentRouter, .labeling], errors: .inference, limit: 64 * mebibyte),
        row("GET", "/v1/router/experiments", .experimentRouter, .scope(.read)),
        row("POST", "/v1/router/experiments", .experimentRouter, .scope(.build)),
        row("GET", "/v1/router/experiments/{experiment}", .experimentRouter, .scope(.read)),
        row("POST", "/v1/router/experiments/{experiment}/stages", .experimentRouter, .scope(.build)),
        row("GET", "/v1/router/experiments/{experiment}/readout", .experimentRouter, .scope(.read)),
        row("POST", "/v1/router/experiments/{experiment}/decisions", .experimentRouter, .scope(.build)),
        row("POST", "/ofrep/v1/evaluate/flags/{key}", .experimentRouter, .scope(.infer), errors: .ofrep),
        row("POST", "/ofrep/v1/evaluate/flags", .experimentRouter, .scope(.infer), errors: .ofrep),
    ]

    static let monitor: [Route] = [
        row("GET", "/console/", .monitor, .open),
        row("GET", "/console/{file}", .monitor, .open),
        row(
            "PUT", "/v1/monitor/segments/{spool}/{segment}", .monitor, .servicesOnly, from: [.inference, .experimentRouter],
            limit: 64 * mebibyte),
        row("POST", "/v1/monitor/feedback", .monitor, .scope(.infer), limit: 16 * mebibyte),
        row("GET", "/v1/monitor/predictions/{request}", .monitor, .scope(.read)),
        row("GET", "/v1/monitor/capabilities/{capability}", .monitor, .scope(.read)),
        row("GET", "/v1/monitor/alarms", .monitor, .scope(.read)),
        row("GET", "/v1/monitor/experiments/{experiment}/outcomes", .monitor, .scope(.read), from: [.experimentRouter]),
    ]
}
