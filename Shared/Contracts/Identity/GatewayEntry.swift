/// What the gateway keeps of one key or session.
public struct GatewayEntry: Sendable, Hashable, Codable {
    /// Of the secret, upper-case hexadecimal, as HAProxy writes it.
    public var sha256: String
    /// The current token; nil when the entry is gone.
    public var token: String?

    public init(sha256: String, token: String? = nil) {
        self.sha256 = sha256
        self.token = token
    }
}
