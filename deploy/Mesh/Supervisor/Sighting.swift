/// What was seen of one member before a step.
struct Sighting: Sendable, Hashable {
    var isAlive = true
    /// How it ended, where that is known.
    var ending: String?
    var isReady = false
    /// Both gateway processes have the instance and give it requests.
    var isRouted = false
    /// No gateway process has a request of the instance any more.
    var isDrained = false
}
