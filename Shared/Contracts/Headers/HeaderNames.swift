/// Names of the headers that services of the mesh exchange, in lower case.
public enum HeaderNames {
    /// The server's id of the request, see ``RequestID``.
    public static let requestID = "x-request-id"
    /// W3C trace context.
    public static let traceparent = "traceparent"
    /// Milliseconds that the caller still waits; each hop passes on what is left.
    public static let deadline = "x-mesh-deadline-ms"
    /// Makes a POST repeatable (draft-ietf-httpapi-idempotency-key-header).
    public static let idempotencyKey = "idempotency-key"
    /// The unit (as a user id) that an experiment assigns.
    public static let unit = "x-mesh-unit"
    /// Set by the experiment-router for inference: the experiment's id.
    public static let experiment = "x-mesh-experiment"
    /// Set by the experiment-router for inference: the variant's name.
    public static let variant = "x-mesh-variant"
    /// Set by the experiment-router for inference: `shadow` when nobody waits for the answer.
    public static let role = "x-mesh-role"
}
