/// What a version of a model is good for at the moment, in the words of the model repository extension.
enum ModelState: Sendable, Hashable {
    case unknown
    case loading
    case ready
    case unloading
    case unavailable(reason: String)

    /// Of a version that was not asked for yet.
    static let idle = ModelState.unavailable(reason: "loaded when it is called")
    /// Of a version of a model that somebody unloaded.
    static let unloaded = ModelState.unavailable(reason: "unloaded")

    init(name: String, reason: String) {
        switch name {
        case "LOADING": self = .loading
        case "READY": self = .ready
        case "UNLOADING": self = .unloading
        case "UNAVAILABLE": self = .unavailable(reason: reason)
        default: self = .unknown
        }
    }

    var name: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .loading: "LOADING"
        case .ready: "READY"
        case .unloading: "UNLOADING"
        case .unavailable: "UNAVAILABLE"
        }
    }

    /// Why it is not there; empty when nothing is to be said.
    var reason: String {
        if case .unavailable(let reason) = self { reason } else { "" }
    }
}
