/// Asks for a person.
public struct NewPerson: Sendable, Hashable, Codable {
    public var name: String
    public var team: String
    public var roles: [Role]

    public init(name: String, team: String, roles: [Role]) {
        self.name = name
        self.team = team
        self.roles = roles
    }
}
