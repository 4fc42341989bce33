import Contracts

/// What an instance says of the versions that it has, or had to refuse. Of any other nothing is said: it is loaded when it is called.
struct InstanceReport: Sendable, Hashable, Codable {
    /// One version's state.
    struct Entry: Sendable, Hashable, Codable {
        var model: String
        var version: String
        /// In the protocol's words.
        var state: String
        var reason: String

        init(_ served: ServedModel, _ state: ModelState) {
            model = served.name
            version = served.version
            self.state = state.name
            reason = state.reason
        }
    }

    var entries: [Entry]

    /// States by the version's place.
    var states: [ModelPlace: ModelState] {
        Dictionary(entries.map { (ModelPlace(model: $0.model, version: $0.version), ModelState(name: $0.state, reason: $0.reason)) }) {
            first, _ in first
        }
    }
}

/// Names a version of a model.
struct ModelPlace: Sendable, Hashable {
    let model: String
    let version: String

    init(model: String, version: String) {
        self.model = model
        self.version = version
    }

    init(_ served: ServedModel) {
        self.init(model: served.name, version: served.version)
    }
}
