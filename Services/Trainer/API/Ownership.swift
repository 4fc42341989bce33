import Contracts
import HTTPService

/// Who may change what a team owns.
enum Ownership {
    /// The team itself or an administrator.
    static func require(_ team: String, _ caller: Caller) throws(Problem) {
        guard caller.team == team || caller.isAdministrator else {
            throw Problem(.forbidden, "This belongs to team \(team), and you act for team \(caller.team): ask \(team) to do it.")
        }
    }
}
