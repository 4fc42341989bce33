/// One route of the mesh.
public struct Route: Sendable, Hashable {
    /// Who may call it.
    public enum Access: Sendable, Hashable {
        /// Anybody, with no token.
        case open
        /// Any valid token.
        case authenticated
        /// A token with this scope.
        case scope(Scope)
        /// Only the services listed in ``Route/services``.
        case servicesOnly
    }

    /// How the route writes an error.
    public enum ErrorStyle: String, Sendable {
        /// RFC 9457.
        case problem
        /// `{"error": "…"}`: the Open Inference Protocol.
        case inference
        /// `{"error": "code", "error_description": "…"}`: RFC 6749.
        case oauth
        /// `{"errorCode": "…", "errorDetails": "…"}`: OFREP.
        case ofrep
        /// `{"error_code": "…", "message": "…"}`: MLflow.
        case mlflow
    }

    public let method: String
    /// Path with `{name}` for one segment, and `{name...}` at its end for one or more.
    public let pattern: String
    /// Who serves it to the public listener.
    public let service: ServiceName
    public let access: Access
    /// Services that may call it with their own token, whatever their scopes.
    public let services: Set<ServiceName>
    public let errors: ErrorStyle
    /// Largest body in bytes.
    public let bodyLimit: Int

    /// The segments of the pattern.
    public var segments: [Substring] { pattern.split(separator: "/") }

    /// Whether the last segment of the pattern stands for all that follows.
    public var takesRest: Bool { pattern.hasSuffix("...}") }

    /// Whether a path (no query) is one of this route's.
    public func matches(path: some StringProtocol) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let own = segments
        guard takesRest ? parts.count >= own.count : parts.count == own.count else { return false }
        return zip(parts, own).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
    }
}
