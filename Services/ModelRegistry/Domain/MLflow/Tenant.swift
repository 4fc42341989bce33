import Contracts
import MLflow

/// For whom a request is made, as far as registered models care.
struct Tenant: Sendable, Hashable {
    /// What is to be done with a model.
    enum Purpose: Sendable, Hashable {
        case reading
        case writing
    }

    let team: String
    let isAdministrator: Bool
    /// Who it is, for the record.
    let user: String

    /// Throws `PERMISSION_DENIED` where a model of another team may not be used so.
    ///
    /// - Parameter isGranted: whether the manifest of the capability lets the team read.
    func require(_ purpose: Purpose, of model: RegisteredModel.Key, isGranted: Bool) throws(MLflowError) {
        if model.team == team || isAdministrator || (purpose == .reading && isGranted) { return }
        throw MLflowError(
            .permissionDenied, "\(model.name) belongs to team \(model.team), and you act for team \(team): ask \(model.team) to do it.")
    }
}
