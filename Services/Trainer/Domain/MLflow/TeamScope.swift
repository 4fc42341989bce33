import Contracts

/// Whose experiments, runs and logged models a request may touch.
struct TeamScope: Sendable, Hashable {
    /// The team that the caller acts for: what is made is that team's.
    let team: String
    /// An administrator reaches every team's.
    var reachesAll = false

    func owns(_ team: String) -> Bool { reachesAll || self.team == team }

    /// Throws `forbidden` for what is another team's.
    func require(_ team: String) throws(Problem) {
        guard !owns(team) else { return }
        throw Problem(.forbidden, "This belongs to team \(team), and you act for team \(self.team): ask \(team) to do it.")
    }
}
