/// The two HAProxy processes of a mesh.
enum Listener: String, Sendable, Codable, CaseIterable {
    /// What callers reach: keys, sessions, scopes, rates.
    case `public`
    /// What services reach each other through.
    case `internal`

    /// Name of the process in the status and of its log.
    var program: String { "gateway-" + rawValue }
}
