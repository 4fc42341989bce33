import Contracts

extension Route {
    /// Whether a request needs a token at all.
    var isOpen: Bool { access == .open }

    /// Why a caller may not use the route; nil when it may. Services go by their name, people and keys by their scopes.
    func refusal(of caller: Caller) -> Problem? {
        if caller.kind == .service {
            if let service = caller.service, services.contains(service) { return nil }
            return isOpen ? nil : Problem(.forbidden, "The service has no business on this route")
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
