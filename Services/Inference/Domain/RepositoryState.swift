/// What is said of one version by all instances together.
struct RepositoryState: Sendable, Hashable {
    let state: ModelState
    /// Empty when nothing is to be said.
    private(set) var reason: String

    /// The same with something more to be said.
    func noting(_ more: String) -> RepositoryState {
        var noted = self
        noted.reason = reason.isEmpty ? more : reason + "; " + more
        return noted
    }

    /// A version is ready where one instance has it: requests reach that one, and the others load it when they are called.
    ///
    /// - Parameter states: of all instances, at least one.
    init(_ states: [ModelState]) {
        let ready = states.count { $0 == .ready }
        func first(_ matches: (ModelState) -> Bool) -> ModelState? { states.first(where: matches) }
        state =
            first { $0 == .ready } ?? first { $0 == .loading } ?? first { $0 == .unloading }
            ?? first { $0 != .idle && $0 != .unloaded && $0 != .unknown } ?? first { $0 == .unloaded } ?? first { $0 == .idle } ?? .unknown
        if ready > 0, ready < states.count {
            reason = "in memory of \(ready) of \(states.count) instances"
        } else {
            reason = state.reason
        }
    }
}
