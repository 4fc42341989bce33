extension RouteTable {
    /// MLflow's REST API below the base path `/mlflow`, which its client takes as tracking URI. `{api}` is `api` or `ajax-api`.
    static let tracking: [Route] =
        [
            row("GET", "/mlflow/health", .trainer, .open, errors: .mlflow),
            row("GET", "/mlflow/version", .trainer, .open, errors: .mlflow),
            row("GET", "/mlflow/{api}/3.0/mlflow/server-info", .trainer, .open, errors: .mlflow),
        ] + experiments + trackedRuns + loggedModels

    private static let experiments: [Route] = [
        tracked("POST", "experiments/create", .build),
        tracked("GET", "experiments/get", .read),
        tracked("GET", "experiments/get-by-name", .read),
        tracked("GET", "experiments/search", .read),
        tracked("POST", "experiments/search", .read),
        tracked("POST", "experiments/delete", .build),
        tracked("POST", "experiments/restore", .build),
        tracked("POST", "experiments/update", .build),
        tracked("POST", "experiments/set-experiment-tag", .build),
        tracked("POST", "experiments/delete-experiment-tag", .build),
    ]

    private static let trackedRuns: [Route] = [
        tracked("POST", "runs/create", .build),
        tracked("GET", "runs/get", .read),
        tracked("POST", "runs/update", .build),
        tracked("POST", "runs/delete", .build),
        tracked("POST", "runs/restore", .build),
        tracked("POST", "runs/search", .read),
        tracked("POST", "runs/log-metric", .build),
        tracked("POST", "runs/log-parameter", .build),
        tracked("POST", "runs/log-batch", .build, limit: 16 * mebibyte),
        tracked("POST", "runs/set-tag", .build),
        tracked("POST", "runs/delete-tag", .build),
        tracked("POST", "runs/log-inputs", .build),
        tracked("POST", "runs/outputs", .build),
        tracked("POST", "runs/log-model", .build),
        tracked("GET", "metrics/get-history", .read),
        tracked("GET", "metrics/get-history-bulk-interval", .read),
    ]

    private static let loggedModels: [Route] = [
        tracked("POST", "logged-models", .build),
        tracked("POST", "logged-models/search", .read),
        tracked("GET", "logged-models/{model}", .read),
        tracked("PATCH", "logged-models/{model}", .build),
        tracked("DELETE", "logged-models/{model}", .build),
        tracked("POST", "logged-models/{model}/params", .build),
        tracked("PATCH", "logged-models/{model}/tags", .build),
        tracked("DELETE", "logged-models/{model}/tags/{key}", .build),
    ]

    /// Artifacts, and the uploads and snapshots of them.
    static let artifacts: [Route] = [
        tracked("GET", "artifacts/list", .read),
        tracked("GET", "logged-models/{model}/artifacts/directories", .read),
        artifact("GET", "artifacts", .read),
        artifact("GET", "artifacts/{path...}", .read),
        artifact("PUT", "artifacts/{path...}", .build, limit: 4096 * mebibyte),
        artifact("DELETE", "artifacts/{path...}", .build),
        artifact("POST", "mpu/create/{path...}", .build),
        artifact("POST", "mpu/complete/{path...}", .build, limit: 8 * mebibyte),
        artifact("POST", "mpu/abort/{path...}", .build),
        artifact("GET", "presigned/{path...}", .read),
        // Where a multipart upload's parts go: named by the answer to mpu/create, with a key that clients send in place of a token.
        row("PUT", "/v1/trainer/uploads/{upload}/parts/{part}", .trainer, .open, errors: .mlflow, limit: 1024 * mebibyte),
        row("POST", "/v1/trainer/artifacts/snapshots", .trainer, .servicesOnly, from: [.modelRegistry]),
    ]

    /// Served by the model-registry.
    static let registeredModels: [Route] = [
        tracked("POST", "registered-models/create", .build, .modelRegistry),
        tracked("POST", "registered-models/rename", .build, .modelRegistry),
        tracked("PATCH", "registered-models/update", .build, .modelRegistry),
        tracked("DELETE", "registered-models/delete", .build, .modelRegistry),
        tracked("GET", "registered-models/get", .read, .modelRegistry),
        tracked("GET", "registered-models/search", .read, .modelRegistry),
        tracked("GET", "registered-models/get-latest-versions", .read, .modelRegistry),
        tracked("POST", "registered-models/get-latest-versions", .read, .modelRegistry),
        tracked("POST", "registered-models/set-tag", .build, .modelRegistry),
        tracked("DELETE", "registered-models/delete-tag", .build, .modelRegistry),
        tracked("GET", "registered-models/alias", .read, .modelRegistry),
        tracked("POST", "registered-models/alias", .build, .modelRegistry),
        tracked("DELETE", "registered-models/alias", .build, .modelRegistry),
        tracked("POST", "model-versions/create", .build, .modelRegistry),
        tracked("PATCH", "model-versions/update", .build, .modelRegistry),
        tracked("POST", "model-versions/transition-stage", .build, .modelRegistry),
        tracked("DELETE", "model-versions/delete", .build, .modelRegistry),
        tracked("GET", "model-versions/get", .read, .modelRegistry),
        tracked("GET", "model-versions/search", .read, .modelRegistry),
        tracked("GET", "model-versions/get-download-uri", .read, .modelRegistry),
        tracked("POST", "model-versions/set-tag", .build, .modelRegistry),
        tracked("DELETE", "model-versions/delete-tag", .build, .modelRegistry),
        tracked("POST", "webhooks", .build, .modelRegistry),
        tracked("GET", "webhooks", .read, .modelRegistry),
        tracked("GET", "webhooks/{webhook}", .read, .modelRegistry),
        tracked("PATCH", "webhooks/{webhook}", .build, .modelRegistry),
        tracked("DELETE", "webhooks/{webhook}", .build, .modelRegistry),
        tracked("POST", "webhooks/{webhook}/test", .build, .modelRegistry),
    ]

    private static func tracked(
        _ method: String, _ path: String, _ scope: Scope, _ service: ServiceName = .trainer, limit: Int = 2 * mebibyte
    ) -> Route {
        row(method, "/mlflow/{api}/2.0/mlflow/\(path)", service, .scope(scope), errors: .mlflow, limit: limit)
    }

    private static func artifact(_ method: String, _ path: String, _ scope: Scope, limit: Int = mebibyte) -> Route {
        row(method, "/mlflow/{api}/2.0/mlflow-artifacts/\(path)", .trainer, .scope(scope), errors: .mlflow, limit: limit)
    }
}
