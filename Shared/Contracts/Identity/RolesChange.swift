/// New roles of a person or a key.
public struct RolesChange: Sendable, Hashable, Codable {
    public var roles: [Role]

    public init(roles: [Role]) {
        self.roles = roles
    }
}
