/// Asks for a team.
public struct NewTeam: Sendable, Hashable, Codable {
    public var name: String

    public init(name: String) {
        self.name = name
    }
}
