extension RouteTable {
    /// Device variants: made by the trainer, kept and chosen from by the model-registry.
    static let variants: [Route] = trainerVariants + registryVariants

    private static let trainerVariants: [Route] = [
        row("GET", "/v1/trainer/variants", .trainer, .scope(.read)),
        row("POST", "/v1/trainer/variants", .trainer, .scope(.build)),
        row("GET", "/v1/trainer/variants/{variants}", .trainer, .scope(.read)),
    ]

    private static let registryVariants: [Route] = [
        row("GET", "/v1/registry/models/{model}/versions/{version}/variants", .modelRegistry, .scope(.read)),
        row(
            "POST", "/v1/registry/models/{model}/versions/{version}/variants", .modelRegistry, .servicesOnly, from: [.trainer],
            limit: 4 * mebibyte),
        row("GET", "/v1/registry/models/{model}/variants/{variant}/file", .modelRegistry, .scope(.read)),
        row("GET", "/v1/registry/models/{model}/device", .modelRegistry, .scope(.read)),
        row("GET", "/v1/registry/device-keys", .modelRegistry, .open),
    ]
}
