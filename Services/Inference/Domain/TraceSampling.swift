/// Which requests are traced: by the settings, and by how many requests have passed.
///
/// A value over time; ``RequestTracer`` does what it says.
struct TraceSampling: Sendable {
    private struct Track {
        let settings: TraceSettings
        /// Of what was set last, here or for all models.
        let revision: Int
        /// Requests since the last traced one.
        var passed = 0
        /// Requests that were traced.
        var traced = 0

        init(_ settings: TraceSettings = TraceSettings(), revision: Int = 0) {
            self.settings = settings
            self.revision = revision
        }

        /// The settings with the count that is left.
        var present: TraceSettings {
            var present = settings
            present.count = settings.count.map { max(0, $0 - traced) }
            return present
        }

        /// Counts one request; true when it is to be traced.
        mutating func takes() -> Bool {
            guard settings.isOn, settings.count.map({ traced < $0 }) ?? true else { return false }
            passed += 1
            guard passed >= settings.rate else { return false }
            passed = 0
            traced += 1
            return true
        }
    }

    private var server = Track()
    /// Of models with settings of their own, by name.
    private var models: [String: Track] = [:]

    /// Whether any request may be traced.
    var isOn: Bool { server.settings.isOn || models.values.contains { $0.settings.isOn } }

    /// The settings of a model with the count that is left; those of the server for nil and for a model without any of its own.
    func settings(of model: String?) -> TraceSettings {
        (model.flatMap { models[$0] } ?? server).present
    }

    /// Follows the settings; what nobody has set again counts on.
    mutating func follow(_ settings: OperatorSettings) {
        server = Self.track(server, settings.trace(of: nil), settings.revision(of: .trace))
        let present = models
        models = Dictionary(
            settings.tracedModels.map { model in
                let revision = settings.revision(of: .trace) + settings.revision(of: .modelTrace(model))
                return (model, Self.track(present[model], settings.trace(of: model), revision))
            }
        ) { first, _ in first }
    }

    private static func track(_ present: Track?, _ settings: TraceSettings, _ revision: Int) -> Track {
        if let present, present.settings == settings, present.revision == revision { return present }
        return Track(settings, revision: revision)
    }

    /// Counts a request of a model; true when it is to be traced.
    mutating func takes(_ model: String) -> Bool {
        models[model]?.takes() ?? server.takes()
    }
}
