import Contracts

extension Caller {
    /// Whether what a team owns is the caller's own: it acts for that team, or is an administrator.
    public func owns(whatIsOf team: String) -> Bool {
        self.team == team || isAdministrator
    }

    /// Throws `forbidden` unless the caller acts for the team that owns a thing, or is an administrator.
    ///
    /// - Parameter services: whether a service that the route table lets in passes too.
    public func requireOwnership(of team: String, orService services: Bool = false) throws(Problem) {
        if owns(whatIsOf: team) || (services && kind == .service) { return }
        throw Problem(.forbidden, "This belongs to team \(team), and you act for team \(self.team): ask \(team) to do it.")
    }
}
