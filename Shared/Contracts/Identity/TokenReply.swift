// The names are the protocol's.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// A token (RFC 6749 section 5.1).
public struct TokenReply: Sendable, Hashable, Codable {
    public var access_token: String
    public var token_type: String
    public var expires_in: Int
    public var scope: String

    public init(access_token: String, token_type: String, expires_in: Int, scope: String) {
        self.access_token = access_token
        self.token_type = token_type
        self.expires_in = expires_in
        self.scope = scope
    }
}
