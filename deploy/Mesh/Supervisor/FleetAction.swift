/// What the supervisor is to do after a step of its plan.
enum FleetAction: Sendable, Hashable {
    case start(String)
    /// Ask to end, gracefully.
    case terminate(ProcessIdentity, Program)
    /// Read the configuration again, without ending.
    case reload(ProcessIdentity)
    /// End without asking.
    case kill(ProcessIdentity)
    /// Something a person wants to know.
    case tell(String)
}
