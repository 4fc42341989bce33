extension RouteTable {
    /// Served by the experiment-router on the public listener (first row wins there), by inference on the internal one.
    static let inference: [Route] = [
        row("GET", "/v2", .inference, .open, errors: .inference),
        row("GET", "/v2/health/live", .inference, .open, errors: .inference),
        row("GET", "/v2/health/ready", .inference, .open, errors: .inference),
        row("GET", "/v2/models", .inference, .scope(.infer), errors: .inference),
        row("GET", "/v2/models/{model}", .inference, .scope(.infer), errors: .inference),
        row("GET", "/v2/models/{model}/ready", .inference, .scope(.infer), errors: .inference),
        row("GET", "/v2/models/{model}/versions/{version}", .inference, .scope(.infer), errors: .inference),
        row("GET", "/v2/models/{model}/versions/{version}/ready", .inference, .scope(.infer), errors: .inference),
        row("POST", "/v2/repository/index", .inference, .scope(.infer), errors: .inference),
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
