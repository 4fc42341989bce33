import Contracts

extension Route {
    /// Whether a request needs a token at all.
    var isOpen: Bool { access == .open }

    /// Whether the programs of runs have business on it: MLflow's tracking API, with the addresses of upload parts that it names. What the
    /// model-registry has of MLflow's API outlives a run, and some of it leaves the mesh.
    var isForPrograms: Bool {
        service == .trainer && (pattern.hasPrefix("/mlflow/") || pattern.hasPrefix("/v1/trainer/uploads/"))
    }

    /// Why a caller may not use the route; nil when it may. Services go by their name, people and keys by their scopes.
    func refusal(of caller: Caller) -> Problem? {
        if caller.kind == .service {
            if let service = caller.service, services.contains(service) { return nil }
            return isOpen ? nil : Problem(.forbidden, "The service has no business on this route")
        }
        if caller.kind == .attempt, !isOpen, !isForPrograms {
            return Problem(.forbidden, "The program of a run may only use MLflow's tracking API")
        }
        switch access {
        case .open, .authenticated: return nil
        case .servicesOnly: return Problem(.forbidden, "Only services of the mesh may call this route")
        case .scope(let scope):
            if caller.scopes.contains(scope) { return nil }
            let held = caller.scopes.map(\.rawValue).sorted().joined(separator: " ")
            return Problem(.forbidden, "The route needs the scope '\(scope.rawValue)'; the token has '\(held)'")
        }
    }
}
