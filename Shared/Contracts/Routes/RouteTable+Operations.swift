extension RouteTable {
    /// What every service answers beside its own routes; open, and not routed by the public listener.
    public static func operations(of service: ServiceName) -> [Route] {
        ["/healthz", "/readyz", "/metrics", "/openapi.json"].map { row("GET", $0, service, .open) }
    }
}
