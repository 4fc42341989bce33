/// Signs in with an invitation.
public struct NewSession: Sendable, Hashable, Codable {
    public var invitation: String

    public init(invitation: String) {
        self.invitation = invitation
    }
}
