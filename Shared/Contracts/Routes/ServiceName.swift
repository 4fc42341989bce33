/// Who takes part in the mesh: the eight services, and the two programs beside them that hold credentials of their own.
public enum ServiceName: String, Sendable, Codable, CaseIterable {
    case identity
    case modelRegistry = "model-registry"
    case inference
    case experimentRouter = "experiment-router"
    case dataset
    case labeling
    case trainer
    case monitor
    /// Writes HAProxy's maps and server lists; serves nothing.
    case gatewayAgent = "gateway-agent"

    /// The services that listen.
    public static let serving: [ServiceName] = [
        .identity, .modelRegistry, .inference, .experimentRouter, .dataset, .labeling, .trainer, .monitor,
    ]

    /// The CloudEvents source of what the service says.
    public var eventSource: String { "/services/" + rawValue }

    /// Postgres schema and role of the service.
    public var schema: String { rawValue.split(separator: "-").joined(separator: "_") }
}
